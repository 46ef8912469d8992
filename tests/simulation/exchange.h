// One round trip between a handset and the server, as values.

#ifndef CHASQUI_TESTS_SIMULATION_EXCHANGE_H_
#define CHASQUI_TESTS_SIMULATION_EXCHANGE_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sync/cursor.h"
#include "sync/intake.h"
#include "sync/lineage.h"
#include "sync/pull.h"
#include "tests/testing/follower.h"

namespace chasqui::testing {

struct Request {
  std::uint64_t id = 0;
  std::size_t from = 0;  // index of the handset that sent it
  std::string person;
  Batch batch;
  std::string cursor;  // encoded
  std::size_t items_max = 1;
};

struct Response {
  std::uint64_t id = 0;
  std::size_t to = 0;
  LogName log = LogName::kNone;
  std::int64_t received_ms = 0;
  ToldLineage lineage;
  BatchAnswer batch;
  Pulled pulled;
  Position durable;
  std::uint32_t forms = 0;
  // What the device must see after a complete pull; not part of the protocol.
  std::optional<View> expected;
};

}  // namespace chasqui::testing

#endif  // CHASQUI_TESTS_SIMULATION_EXCHANGE_H_
