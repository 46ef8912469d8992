// What this machine says of itself.

#ifndef CHASQUI_CLIENT_VITALS_H_
#define CHASQUI_CLIENT_VITALS_H_

#include <string>

#include "client/heartbeat.h"

namespace chasqui::client {

// The room is that where `path` lies, a file or directory.
Vitals VitalsOf(const std::string& path);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_VITALS_H_
