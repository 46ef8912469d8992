#ifndef CHASQUI_CLIENT_HTTP_CALL_H_
#define CHASQUI_CLIENT_HTTP_CALL_H_

#include <chrono>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/server_tls.h"

namespace chasqui::client {

// One unary call by the Connect protocol, at `path` of the server at `address`
// (HOST:PORT), over a connection of its own: by TLS or, where that is null, in
// plain text. `message` and what comes back are protobuf's bytes. Blocks for up
// to `limit`. Errors: those of the server, of ServerTls::Check(), Unavailable,
// DeadlineExceeded.
absl::StatusOr<std::string> CallByHttp(const std::string& address,
                                       const std::shared_ptr<ServerTls>& tls,
                                       const std::string& path,
                                       std::string message,
                                       std::chrono::milliseconds limit);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HTTP_CALL_H_
