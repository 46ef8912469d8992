#ifndef CHASQUI_CLIENT_NETWORK_TRANSPORT_H_
#define CHASQUI_CLIENT_NETWORK_TRANSPORT_H_

#include <cstdint>

#include "client/transport.h"

namespace chasqui::client {

// What went over the link. Bytes are those of the messages, before what HTTP
// and TCP add.
struct Traffic {
  std::uint64_t attempts = 0;     // requests begun
  std::uint64_t round_trips = 0;  // requests answered
  std::uint64_t bytes_sent = 0;
  std::uint64_t bytes_received = 0;
};

// A transport to a server elsewhere. Wait and traffic, too, are called by the
// one thread.
class NetworkTransport : public Transport {
 public:
  // Counted since the beginning.
  virtual Traffic traffic() const = 0;
  // Blocks until an answer can be polled, or `ms` have passed.
  virtual void Wait(std::int64_t ms) = 0;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_NETWORK_TRANSPORT_H_
