#ifndef CHASQUI_CLIENT_HTTP_TRANSPORT_H_
#define CHASQUI_CLIENT_HTTP_TRANSPORT_H_

#include <memory>
#include <string>

#include "client/network_transport.h"
#include "client/server_tls.h"

namespace chasqui::client {

// Exchanges with the server at `address` (HOST:PORT), by TLS or, where that is
// null, in plain text, as the device named `device`: by SyncService.Sync over
// HTTP/1.1, as the Connect protocol has it (connectrpc.com/docs/protocol), for
// networks that break HTTP/2. One request after the other, over one connection
// for as long as that holds. Never retries by itself.
//
// To connect and to exchange take at most kExchangeTimeoutMs together: then the
// request ends with DeadlineExceeded. Before that the address is looked up, for
// as long as the system's resolver takes (resolv.conf(5): some seconds).
std::unique_ptr<NetworkTransport> NewHttpTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls = nullptr);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HTTP_TRANSPORT_H_
