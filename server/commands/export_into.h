#ifndef CHASQUI_SERVER_COMMANDS_EXPORT_INTO_H_
#define CHASQUI_SERVER_COMMANDS_EXPORT_INTO_H_

#include <string>

#include "absl/status/status.h"
#include "server/commands/remote.h"

namespace chasqui::commands {

// `chasqui export SURVEY --format parquet --to FOLDER`: an increment, if there
// is something new, and a word about it on stdout.
absl::Status ExportInto(const Remote& remote, const std::string& survey,
                        const std::string& folder);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_EXPORT_INTO_H_
