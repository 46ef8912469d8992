#ifndef CHASQUI_CLIENT_COMMANDS_H_
#define CHASQUI_CLIENT_COMMANDS_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"

namespace chasqui::client {

// Adds `device` with its commands. The one that is chosen puts what is to be
// done into `chosen`, which must outlive `app`.
void AddDeviceCommands(CLI::App& app, std::function<absl::Status()>& chosen);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COMMANDS_H_
