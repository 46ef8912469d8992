// The program itself: everything but main().

#ifndef CHASQUI_SERVER_COMMANDS_PROGRAM_H_
#define CHASQUI_SERVER_COMMANDS_PROGRAM_H_

#include "storage/rocks_kv.h"

namespace chasqui::commands {

// Runs what the command line asks for and returns what a shell gets. `serve`
// keeps its data as `stored` says; tests have disks of their own there.
int RunProgram(int argc, char** argv, const storage::RocksKvOptions& stored);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_PROGRAM_H_
