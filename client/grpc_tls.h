#ifndef CHASQUI_CLIENT_GRPC_TLS_H_
#define CHASQUI_CLIENT_GRPC_TLS_H_

#include <memory>
#include <string>

#include "client/server_tls.h"
#include "grpcpp/grpcpp.h"

namespace chasqui::client {

// A channel to HOST:PORT by TLS 1.2 or 1.3. A server that is not the one cannot
// be reached (Unavailable), for a reason that `tls` knows. Sessions are resumed
// for as long as the channel is there.
std::shared_ptr<grpc::Channel> EncryptedChannel(
    const std::string& address, const std::shared_ptr<ServerTls>& tls,
    grpc::ChannelArguments arguments);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_GRPC_TLS_H_
