#ifndef CHASQUI_SERVER_COMMANDS_LISTENING_H_
#define CHASQUI_SERVER_COMMANDS_LISTENING_H_

#include "CLI/CLI.hpp"
#include "server/server.h"

namespace chasqui::commands {

// The options of `serve` that say where it listens, and to whom. What they are
// read into must outlive the command.
void AddListening(CLI::App& serve, server::ServerOptions& options,
                  bool& trust_names);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_LISTENING_H_
