// `chasqui roles`: what each role may do.

#include "server/access/roles.h"

#include <cstdio>
#include <string>
#include <vector>

#include "server/commands/commands.h"
#include "server/commands/table.h"

namespace chasqui::commands {
namespace {

std::string ReachWord(access::Reach reach) {
  switch (reach) {
    case access::Reach::kNothing:
      return "-";
    case access::Reach::kOwn:
      return "own";
    case access::Reach::kAreas:
      return "areas";
    case access::Reach::kAll:
      return "all";
  }
  return "?";
}

absl::Status PrintRoles() {
  std::vector<std::string> header = {"may", "scope"};
  for (const Role role : access::kRolesInOrder) {
    header.push_back(access::Spoken(role));
  }
  Table table(std::move(header));
  for (const access::RightRow& row : access::kRights) {
    std::vector<std::string> cells = {std::string(row.does),
                                      std::string(row.word)};
    for (const access::Reach reach : row.reach)
      cells.push_back(ReachWord(reach));
    table.Add(std::move(cells));
  }
  std::fputs(table.ToText().c_str(), stdout);
  std::puts(
      "\nall: the whole survey; areas: what lies in their areas or is assigned "
      "to them;\nown: what is assigned to them. All else is denied. Who runs "
      "the server may everything.");
  return absl::OkStatus();
}

}  // namespace

void AddRoles(CLI::App& app, Chosen& chosen) {
  CLI::App* const command =
      app.add_subcommand("roles", "Print what each role may do");
  command->callback([&chosen] { chosen = PrintRoles; });
}

}  // namespace chasqui::commands
