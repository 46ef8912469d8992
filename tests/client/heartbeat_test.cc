// What a device tells of itself, and how seldom.

#include "client/heartbeat.h"

#include <string>

#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;

TEST(HeartbeatTest, ToldOnceIsToldEnough) {
  Heartbeat now;
  now.app = "collect 2";
  now.unsent = 0;
  now.oldest_unsent_s = 0;
  now.vitals = {1'000, 50};
  Heartbeat told;
  const Heartbeat first = told.NewsIn(now);
  EXPECT_EQ(first.app, "collect 2");
  EXPECT_EQ(first.vitals.battery_percent, 50U);
  told.Tell(first);
  EXPECT_TRUE(told.NewsIn(now).empty());
}

TEST(HeartbeatTest, LittleIsNotWorthTelling) {
  Heartbeat told;
  told.vitals = {1'000, 50};
  Heartbeat now = told;
  now.vitals = {876, 46};
  EXPECT_TRUE(told.NewsIn(now).empty());
  now.vitals = {874, 45};
  EXPECT_EQ(told.NewsIn(now).vitals.storage_free_mib, 874U);
  EXPECT_EQ(told.NewsIn(now).vitals.battery_percent, 45U);
  now.vitals = {};
  EXPECT_TRUE(told.NewsIn(now).empty());
}

TEST(HeartbeatTest, AnAgeIsToldWithACount) {
  Heartbeat told;
  told.unsent = 3;
  told.oldest_unsent_s = 10;
  Heartbeat now = told;
  now.oldest_unsent_s = 70;
  EXPECT_TRUE(told.NewsIn(now).empty());
  now.unsent = 4;
  EXPECT_EQ(told.NewsIn(now).oldest_unsent_s, 70U);
}

TEST(DeviceHeartbeatTest, SaysWhatItHasYetToSend) {
  FieldWorld world;
  FieldTablet tablet(world, "tablet", "amina");
  ASSERT_OK(tablet.Sync());
  for (std::uint8_t i = 1; i <= 3; ++i) {
    tablet.Create(School(i), "lga1", "School");
  }
  tablet.clock().wall_ms += 5'000;
  SyncOptions small;
  small.app = "collect 2";
  small.vitals = {1'000, 50};
  small.request_bytes_max = 1;  // a change at a time
  tablet.link().requests.clear();
  tablet.device().Sync(small);
  while (tablet.device().state() != SyncState::kIdle) tablet.Step();
  const auto& requests = tablet.link().requests;
  ASSERT_GE(requests.size(), 3U);
  const v1::Heartbeat& first = requests[0].heartbeat();
  EXPECT_EQ(first.app(), "collect 2");
  EXPECT_EQ(first.storage_free_mib(), 1'000U);
  EXPECT_EQ(first.battery_percent(), 50U);
  EXPECT_EQ(first.unsent(), 2U);
  EXPECT_EQ(first.oldest_unsent_s(), 5U);
  EXPECT_FALSE(requests[1].heartbeat().has_app());
  EXPECT_EQ(requests[1].heartbeat().unsent(), 1U);
  EXPECT_TRUE(requests[2].heartbeat().has_unsent());
  EXPECT_EQ(requests[2].heartbeat().unsent(), 0U);
  // Nothing is new.
  tablet.link().requests.clear();
  tablet.device().Sync(small);
  while (tablet.device().state() != SyncState::kIdle) tablet.Step();
  ASSERT_FALSE(tablet.link().requests.empty());
  EXPECT_FALSE(tablet.link().requests[0].has_heartbeat());
}

// What the server may not have heard is told again.
TEST(DeviceHeartbeatTest, AnAnswerThatIsLostLeavesItUntold) {
  FieldWorld world;
  FieldTablet tablet(world, "tablet", "amina");
  tablet.link().lose_answers = 1;
  ASSERT_OK(tablet.Sync());
  ASSERT_GE(tablet.link().requests.size(), 2U);
  EXPECT_TRUE(tablet.link().requests[0].heartbeat().has_unsent());
  EXPECT_TRUE(tablet.link().requests[1].heartbeat().has_unsent());
}

}  // namespace
}  // namespace chasqui::client
