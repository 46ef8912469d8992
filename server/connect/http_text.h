// Responses of HTTP/1.1 (RFC 9112), as they are written.

#ifndef CHASQUI_SERVER_CONNECT_HTTP_TEXT_H_
#define CHASQUI_SERVER_CONNECT_HTTP_TEXT_H_

#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "server/connect/call_request.h"

namespace chasqui::connect {

// A whole response.
std::string ResponseText(const HttpResponse& response, bool keep_alive,
                         absl::Time now);

// The head of one whose body comes in chunks.
std::string ChunkedHeadText(const HttpResponse& response, bool keep_alive,
                            absl::Time now);

// One chunk. REQUIRES: not empty: an empty one would be the last.
std::string ChunkText(std::string_view bytes);

inline constexpr std::string_view kLastChunk = "0\r\n\r\n";
inline constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_HTTP_TEXT_H_
