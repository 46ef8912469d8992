// A QR code on a terminal.

#ifndef CHASQUI_SERVER_COMMANDS_QR_CODE_H_
#define CHASQUI_SERVER_COMMANDS_QR_CODE_H_

#include <string>

namespace chasqui::commands {

// Lines of half blocks, two rows of modules to a line, black on white whatever
// the terminal's colours are; a quiet zone around. Empty: `text` is too long.
std::string QrCode(const std::string& text);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_QR_CODE_H_
