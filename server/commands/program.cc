// Chooses a command, runs it, and says what went wrong.

#include "server/commands/program.h"

#include <cstdio>
#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "client/commands.h"
#include "server/commands/commands.h"
#include "sync/utf8.h"

namespace chasqui::commands {
namespace {

// What a shell gets: 0 done, 1 it went wrong, 2 and more the line itself was
// not understood (CLI11's own).
constexpr int kFailed = 1;

// An error may quote what was read. What is no text, and what would move the
// cursor of a terminal, comes out as '?'.
std::string Shown(std::string message) {
  const bool text = IsUtf8(message);
  for (char& c : message) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n' && c != '\t') || c == 0x7f;
    if (control || (!text && byte >= 0x80)) c = '?';
  }
  return message;
}

int Run(const Chosen& chosen) {
  const absl::Status status = chosen();
  if (status.ok()) return 0;
  const std::string message = Shown(std::string(status.message()));
  std::fprintf(stderr, "chasqui: %s\n", message.c_str());
  return kFailed;
}

}  // namespace

int RunProgram(int argc, char** argv, const storage::RocksKvOptions& stored) {
  CLI::App app(
      "Surveys that are filled in offline, by many, and come out right.\n\n"
      "Run a server with `chasqui serve`; everything else talks to one, or\n"
      "works on its data while it is down.",
      "chasqui");
  app.require_subcommand(1);
  app.get_formatter()->column_width(32);
  Chosen chosen;
  AddServe(app, stored, chosen);
  AddSurvey(app, chosen);
  AddRecord(app, chosen);
  AddProgress(app, chosen);
  AddConflicts(app, chosen);
  AddQuarantine(app, chosen);
  AddExport(app, chosen);
  AddIndicators(app, chosen);
  AddRoles(app, chosen);
  AddAccess(app, chosen);
  AddFleet(app, chosen);
  AddAudit(app, chosen);
  AddOffline(app, chosen);
  AddBackup(app, chosen);
  AddUnseal(app, chosen);
  client::AddDeviceCommands(app, chosen);
  AddCompletion(app, chosen);
  CLI11_PARSE(app, argc, argv);
  return Run(chosen);
}

}  // namespace chasqui::commands
