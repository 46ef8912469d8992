#ifndef CHASQUI_CLIENT_GRPC_TRANSPORT_H_
#define CHASQUI_CLIENT_GRPC_TRANSPORT_H_

#include <memory>
#include <string>

#include "client/network_transport.h"
#include "client/server_tls.h"

namespace chasqui::client {

// Exchanges with the server at `address` (HOST:PORT), by TLS or, where that is
// null, in plain text, as the device named `device`. Never retries by itself.
//
// By SyncService.SyncStream: one stream for as long as it holds, several
// requests under way. A request is a few headers cheaper, and `n` batches cost
// the delay of the link once.
std::unique_ptr<NetworkTransport> NewGrpcTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls = nullptr);

// By SyncService.Sync, a call each.
std::unique_ptr<NetworkTransport> NewUnaryGrpcTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls = nullptr);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_GRPC_TRANSPORT_H_
