// chasqui: the one program.

#include "server/commands/program.h"

int main(int argc, char** argv) {
  return chasqui::commands::RunProgram(argc, argv, {});
}
