// Files that are there whole or not at all.

#ifndef CHASQUI_CLIENT_WHOLE_FILE_H_
#define CHASQUI_CLIENT_WHOLE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::client {

// NotFound; Unavailable; InvalidArgument, with the limit, for one of more than
// `bytes_max`.
absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          std::size_t bytes_max);

// In place of what was there. On return it would survive a power cut, or the
// card being pulled.
absl::Status WriteWholeFile(const std::string& path, std::string_view bytes);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_WHOLE_FILE_H_
