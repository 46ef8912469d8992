// chasqui: the one program. Chooses a command, runs it, and says what went
// wrong.

#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "client/commands.h"
#include "server/commands/commands.h"

namespace {

// What a shell gets: 0 done, 1 it went wrong, 2 and more the line itself was
// not understood (CLI11's own).
constexpr int kFailed = 1;

int Run(const chasqui::commands::Chosen& chosen) {
  const absl::Status status = chosen();
  if (status.ok()) return 0;
  const std::string message(status.message());
  std::fprintf(stderr, "chasqui: %s\n", message.c_str());
  return kFailed;
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app(
      "Surveys that are filled in offline, by many, and come out right.\n\n"
      "Run a server with `chasqui serve`; everything else talks to one, or\n"
      "works on its data while it is down.",
      "chasqui");
  app.require_subcommand(1);
  app.get_formatter()->column_width(32);
  chasqui::commands::Chosen chosen;
  chasqui::commands::AddServe(app, chosen);
  chasqui::commands::AddSurvey(app, chosen);
  chasqui::commands::AddRecord(app, chosen);
  chasqui::commands::AddProgress(app, chosen);
  chasqui::commands::AddConflicts(app, chosen);
  chasqui::commands::AddQuarantine(app, chosen);
  chasqui::commands::AddExport(app, chosen);
  chasqui::commands::AddOffline(app, chosen);
  chasqui::client::AddDeviceCommands(app, chosen);
  chasqui::commands::AddCompletion(app, chosen);
  CLI11_PARSE(app, argc, argv);
  return Run(chosen);
}
