// Where a server is, and how it is reached.
//
//   HOST:PORT         gRPC, in plain text: on this machine, or in a tunnel
//   http://HOST:PORT  HTTP/1.1, in plain text
//   grpcs://HOST[:PORT]  gRPC by TLS; port 443 unless said
//   https://HOST[:PORT]  HTTP/1.1 by TLS; likewise

#ifndef CHASQUI_CLIENT_SERVER_ADDRESS_H_
#define CHASQUI_CLIENT_SERVER_ADDRESS_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::client {

struct ServerAddress {
  std::string at;  // HOST:PORT, or what else gRPC takes
  bool http = false;
  bool tls = false;
};
ServerAddress AddressFrom(std::string_view text);

// The ways to one server: at least one is there, and both are encrypted or
// neither is.
struct Ways {
  std::string grpc;  // HOST:PORT; empty: none
  std::string http;
  bool tls = false;
};

// `server` by its scheme; `http`, which may be empty, is where to fall back to:
// HOST:PORT, or with a scheme. Where `server` is by grpcs and nothing else is
// said, HTTP/1.1 is expected at the same place, as proxies have it.
// InvalidArgument: one would be encrypted, and the other not.
absl::StatusOr<Ways> WaysTo(std::string_view server, std::string_view http);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_SERVER_ADDRESS_H_
