// `chasqui device`: a device on the command line, for training, for debugging
// in the field, and for whoever drives many of them by script.
//
//   init     makes a device in a directory: its name, person, survey, server
//   edit     opens records, sets answers, saves: into the outbox
//   list     what the device shows
//   outbox   what it has still to send
//   sync     exchanges with the server until nothing is left on either side
//
// The directory has the device's store, and nothing else; whoever copies it
// clones the device.

#ifndef CHASQUI_CLIENT_COMMANDS_COMMANDS_H_
#define CHASQUI_CLIENT_COMMANDS_COMMANDS_H_

#include <functional>

#include "CLI/CLI.hpp"
#include "absl/status/status.h"

namespace chasqui::client {

// What was asked for on the command line: set by the command that is chosen,
// run once all of the line has been understood.
using Chosen = std::function<absl::Status()>;

// `chasqui device …`
void AddDeviceCommands(CLI::App& app, Chosen& chosen);

// Its commands, each added to `device`.
void AddInit(CLI::App& device, Chosen& chosen);
void AddEdit(CLI::App& device, Chosen& chosen);
void AddList(CLI::App& device, Chosen& chosen);
void AddOutbox(CLI::App& device, Chosen& chosen);
void AddSync(CLI::App& device, Chosen& chosen);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_COMMANDS_COMMANDS_H_
