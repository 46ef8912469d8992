#ifndef CHASQUI_CLIENT_GRPC_TRANSPORT_H_
#define CHASQUI_CLIENT_GRPC_TRANSPORT_H_

#include <cstdint>
#include <memory>
#include <string>

#include "client/transport.h"

namespace chasqui::client {

// What went over the link. Bytes are those of the messages, before HTTP/2 and
// TCP.
struct Traffic {
  std::uint64_t attempts = 0;     // requests begun
  std::uint64_t round_trips = 0;  // requests answered
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

class GrpcTransport : public Transport {
 public:
  // Counted since the beginning.
  virtual Traffic traffic() const = 0;
  // Blocks until an answer can be polled, or `ms` have passed.
  virtual void Wait(std::int64_t ms) = 0;
};

// Exchanges with the server at `address` (HOST:PORT), in plain text, as the
// device named `device`. Never retries by itself.
//
// By SyncService.SyncStream: one stream for as long as it holds, several
// requests under way. A request is a few headers cheaper, and `n` batches cost
// the delay of the link once.
std::unique_ptr<GrpcTransport> NewGrpcTransport(const std::string& address,
                                                const std::string& device);

// By SyncService.Sync, a call each.
std::unique_ptr<GrpcTransport> NewUnaryGrpcTransport(const std::string& address,
                                                     const std::string& device);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_GRPC_TRANSPORT_H_
