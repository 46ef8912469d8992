// From where a call comes: by it those are limited who are not let in yet.

#ifndef CHASQUI_SERVER_CALLER_ADDRESS_H_
#define CHASQUI_SERVER_CALLER_ADDRESS_H_

#include <string>
#include <string_view>

#include "grpcpp/server_context.h"

namespace chasqui::server {

// An address of IPv4, or the half of one of IPv6 by which networks are told
// apart: "192.0.2.7", "2001:db8:0:1::/64". What is neither is itself, up to 64
// bytes. Takes ports and brackets away.
std::string NormalAddress(std::string_view address);

// Of what proxies say, the latest: `forwarded_for` as X-Forwarded-For has it,
// else `forwarded` as Forwarded (RFC 7239). Empty: neither says any.
std::string ForwardedAddress(std::string_view forwarded_for,
                             std::string_view forwarded);

// Of the one who connected or, `behind_proxy`, of whom the proxy says it is. A
// call over HTTP/1.1 has in its metadata who connected (connect/connection.h).
std::string CallerAddress(const grpc::ServerContextBase& context,
                          bool behind_proxy);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_CALLER_ADDRESS_H_
