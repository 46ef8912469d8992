// What travels between a handset and the server: the exchanges of client/, as
// values, with where they go.

#ifndef CHASQUI_TESTS_SIMULATION_PACKET_H_
#define CHASQUI_TESTS_SIMULATION_PACKET_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "client/exchange.h"
#include "tests/testing/follower.h"

namespace chasqui::testing {

struct SentRequest {
  std::size_t from = 0;  // index of the handset that sent it
  std::uint64_t id = 0;
  client::Request request;
};

struct SentResponse {
  std::size_t to = 0;
  std::uint64_t id = 0;
  client::Response response;
  // What the device must have confirmed after a complete pull; not part of the
  // protocol.
  std::optional<View> expected;
  Members members;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_PACKET_H_
