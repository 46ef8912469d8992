// Messages as JSON for scripts: protobuf's own mapping, but that ids are
// written as people write them (UUIDs), and other bytes in hexadecimal.

#ifndef CHASQUI_SERVER_COMMANDS_JSON_H_
#define CHASQUI_SERVER_COMMANDS_JSON_H_

#include <string>

#include "google/protobuf/message.h"

namespace chasqui::commands {

// On one line. What has its default value is left out; 64-bit numbers are
// strings.
std::string ToJson(const google::protobuf::Message& message);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_JSON_H_
