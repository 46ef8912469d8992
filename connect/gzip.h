// Gzip (RFC 1952), the only compression of Connect that every client has.

#ifndef CHASQUI_CONNECT_GZIP_H_
#define CHASQUI_CONNECT_GZIP_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::connect {

std::string Gzip(std::string_view bytes);

// InvalidArgument: `bytes` are not one whole gzip member, and nothing after it.
// ResourceExhausted: they come to more than `bytes_max`, which bounds the
// memory taken whatever they say.
absl::StatusOr<std::string> Gunzip(std::string_view bytes,
                                   std::size_t bytes_max);

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_GZIP_H_
