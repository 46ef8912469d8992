// The commands of the program, each added to the command line by a function
// of its own. The only place, with main.cc, that names implementations.

#ifndef CHASQUI_SERVER_COMMANDS_COMMANDS_H_
#define CHASQUI_SERVER_COMMANDS_COMMANDS_H_

#include <functional>
#include <string_view>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"
#include "storage/rocks_kv.h"

namespace chasqui::commands {

// What was asked for on the command line: set by the command that is chosen,
// run once all of the line has been understood.
using Chosen = std::function<absl::Status()>;

// `stored`: how the data is kept.
void AddServe(CLI::App& app, const storage::RocksKvOptions& stored,
              Chosen& chosen);
void AddSurvey(CLI::App& app, Chosen& chosen);
// Commands of `survey`.
void AddSurveyKey(CLI::App& survey, Chosen& chosen);
void AddImportRegister(CLI::App& survey, Chosen& chosen);
void AddLoadAreas(CLI::App& survey, Chosen& chosen);
void AddSeed(CLI::App& survey, Chosen& chosen);
void AddRecord(CLI::App& app, Chosen& chosen);
void AddProgress(CLI::App& app, Chosen& chosen);
void AddConflicts(CLI::App& app, Chosen& chosen);
void AddQuarantine(CLI::App& app, Chosen& chosen);
void AddExport(CLI::App& app, Chosen& chosen);
void AddIndicators(CLI::App& app, Chosen& chosen);
void AddRoles(CLI::App& app, Chosen& chosen);
void AddAudit(CLI::App& app, Chosen& chosen);
void AddFleet(CLI::App& app, Chosen& chosen);
void AddAccess(CLI::App& app, Chosen& chosen);
// `verify` and `rebuild`.
void AddOffline(CLI::App& app, Chosen& chosen);
// `backup` and `restore`.
void AddBackup(CLI::App& app, Chosen& chosen);
void AddUnseal(CLI::App& app, Chosen& chosen);
void AddCompletion(CLI::App& app, Chosen& chosen);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_COMMANDS_H_
