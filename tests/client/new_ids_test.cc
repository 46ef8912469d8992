// The names that a device makes.

#include "client/new_ids.h"

#include <cstdint>
#include <limits>
#include <set>

#include "client/device.h"
#include "client/memory_store.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/system_clock.h"

namespace chasqui::client {
namespace {

constexpr auto kLargest = std::numeric_limits<std::uint64_t>::max();

TEST(NewIdsTest, FollowTheSaltOneByOne) {
  NewIds ids(0x0102030405060708, 0x1112131415161718);
  EXPECT_EQ(ToText(ids.NextRecord()), "01020304-0506-0708-1112-131415161719");
  EXPECT_EQ(ToText(ids.NextRow()), "01020304-0506-0708-1112-13141516171a");
}

TEST(NewIdsTest, NoneIsTheNameOfNone) {
  NewIds ids(0, kLargest);
  EXPECT_FALSE(ids.NextRecord().empty());
  EXPECT_FALSE(NewIds(0, 0).NextRow().empty());
}

// The tablet and the clone have the same store, and start their apps.
TEST(NewIdsTest, AreOthersAfterEachStart) {
  SystemClock clock;
  std::uint64_t drawn = 100;
  const auto draw = [&drawn] { return drawn += 1'000'003; };
  std::set<RecordId> names;
  MemoryStore store;
  for (int start = 0; start < 2; ++start) {
    MemoryStore clone = store;
    for (MemoryStore* const own : {&store, &clone}) {
      const auto device = Device::Open("tablet", *own, clock, nullptr, draw);
      CHECK(device.ok());
      for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(names.insert((*device)->new_ids().NextRecord()).second);
      }
    }
  }
}

}  // namespace
}  // namespace chasqui::client
