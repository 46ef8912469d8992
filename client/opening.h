// What the device's person sees of what is sealed.

#ifndef CHASQUI_CLIENT_OPENING_H_
#define CHASQUI_CLIENT_OPENING_H_

#include <string_view>

#include "sync/page.h"

namespace chasqui::client {

// Opens the sealed values of `record` by its key. What it does not open stays.
void OpenSealed(std::string_view key, PulledRecord& record);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_OPENING_H_
