#ifndef CHASQUI_SERVER_COMMANDS_CONFIG_FILE_H_
#define CHASQUI_SERVER_COMMANDS_CONFIG_FILE_H_

#include <string>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"

namespace chasqui::commands {

// Gives `serve` what its configuration file says and its command line does
// not. CLI11 itself reads such files for a whole program only.
absl::Status ReadConfigFile(const std::string& path, CLI::App& serve);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_CONFIG_FILE_H_
