// One exchange, or another call, as a request and a response of HTTP/1.1,
// without sockets.

#ifndef CHASQUI_CLIENT_HTTP_EXCHANGE_H_
#define CHASQUI_CLIENT_HTTP_EXCHANGE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/exchange.h"
#include "connect/headers.h"

namespace chasqui::client {

// A response carries one record in any case, however large.
inline constexpr std::size_t kHttpAnswerBytesMax = std::size_t{64} << 20;

// What goes over the link. `body` is the end of `text`.
struct HttpAsking {
  std::string text;
  std::size_t body_bytes = 0;
};

// Any unary call: `message` in protobuf's bytes; `lines` are further headers,
// each after its line's end.
HttpAsking PostOf(std::string_view path, std::string_view address,
                  std::string message, std::string_view lines);

// What a call was answered, in protobuf's bytes. Errors as AnswerOf().
absl::StatusOr<std::string> MessageIn(int http_status,
                                      const connect::Headers& headers,
                                      const std::string& body);

HttpAsking AskingOf(const Request& request, std::string_view address,
                    std::string_view device);

// Completion::server_now_ms, and retry_after_ms.
std::int64_t ServerNowIn(const connect::Headers& headers);
std::uint32_t RetryAfterIn(const connect::Headers& headers);
// "30", as servers tell it: at most ten minutes; 0: nothing of the kind.
std::uint32_t RetryAfterMs(std::string_view seconds);

// What came back, to `request`. Errors as Transport::Poll() has them: that of
// the server, or Unavailable where something else than a server of ours has
// answered, as a network does that wants a password first.
absl::StatusOr<Response> AnswerOf(int http_status,
                                  const connect::Headers& headers,
                                  const std::string& body,
                                  const Request& request = {});

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HTTP_EXCHANGE_H_
