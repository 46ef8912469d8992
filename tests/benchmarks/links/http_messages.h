// As much of HTTP/1.1 (RFC 9112) as the OpenRosa peers need: one message after
// the other on a kept connection, each with Content-Length.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_HTTP_MESSAGES_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_HTTP_MESSAGES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

struct HttpMessage {
  std::string start;  // the first line: a request's or a response's
  // By name in lower case.
  std::map<std::string, std::string, std::less<>> headers;
  std::string body;

  // The second word of the first line: a request's target, a response's code.
  std::string_view Second() const;
  // Empty if there is none.
  std::string_view Header(std::string_view name) const;
};

// Bounds of what is read: a head, a body.
inline constexpr std::size_t kHttpHeadBytesMax = std::size_t{16} << 10;
inline constexpr std::size_t kHttpBodyBytesMax = std::size_t{64} << 20;

// One end of a connection. Thread-compatible, but for Break().
class HttpConnection {
 public:
  // Takes the socket over. It is given up when nothing moves for `idle_s`.
  HttpConnection(int socket, int idle_s);
  ~HttpConnection();
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;

  // Headers as they are to travel, each with its line's end. A body's length is
  // told unless there is none and `bodiless`.
  absl::Status Write(std::string_view start, std::string_view headers,
                     std::string_view body, bool bodiless = false);
  // Unavailable: it broke, or nothing came for too long. OutOfRange: the other
  // end has closed it between two messages. InvalidArgument: no HTTP of this
  // kind, or over a bound. `answers_head`: a Content-Length is not followed.
  absl::StatusOr<HttpMessage> Read(bool answers_head = false);

  // From any thread: whoever reads or writes ends now.
  void Break();

 private:
  absl::Status ReadMore();

  const int socket_;
  std::string read_;  // and not used yet
};

// Connected to HOST:PORT (numbers), or Unavailable after `seconds`.
absl::StatusOr<int> ConnectTo(std::string_view address, int seconds);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_HTTP_MESSAGES_H_
