// The state machine of device.h.

#include "client/device.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/field_world.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class DeviceTest : public ::testing::Test {
 protected:
  FieldWorld world_;
  FieldTablet tablet_{world_, "t", "amina"};
};

TEST_F(DeviceTest, NothingHappensButInStep) {
  tablet_.device().Sync({});
  EXPECT_THAT(tablet_.link().sent, IsEmpty());
  tablet_.Step();
  EXPECT_THAT(tablet_.link().sent, SizeIs(1));
  EXPECT_EQ(tablet_.device().state(), SyncState::kExchanging);
  tablet_.Step();
  EXPECT_EQ(tablet_.device().state(), SyncState::kIdle);
  EXPECT_OK(tablet_.device().sync_status());
}

TEST_F(DeviceTest, OneRequestIsUnderWayAtATime) {
  tablet_.link().keep_answers = true;
  tablet_.device().Sync({});
  for (int i = 0; i < 5; ++i) tablet_.Step();
  tablet_.device().Sync({});
  tablet_.Step();
  EXPECT_THAT(tablet_.link().sent, SizeIs(1));
}

TEST_F(DeviceTest, PausesGrowWhileTheServerIsAway) {
  tablet_.link().online = false;
  tablet_.device().Sync({});
  std::int64_t longest = 0;
  for (int failure = 0; failure < 12; ++failure) {
    tablet_.Step();  // sends
    tablet_.Step();  // hears that it failed
    ASSERT_EQ(tablet_.device().state(), SyncState::kWaiting);
    EXPECT_THAT(tablet_.device().sync_status(),
                StatusIs(absl::StatusCode::kUnavailable));
    const std::int64_t pause =
        tablet_.device().next_attempt_ms() - tablet_.now_ms;
    const std::int64_t full =
        std::min(kBackoffFirstMs << std::min(failure, 7), kBackoffMaxMs);
    EXPECT_GE(pause, full / 2);
    EXPECT_LE(pause, full);
    longest = std::max(longest, pause);
    // Not a moment earlier.
    const std::size_t sent = tablet_.link().sent.size();
    tablet_.now_ms = tablet_.device().next_attempt_ms() - 2;
    tablet_.Step();
    EXPECT_THAT(tablet_.link().sent, SizeIs(sent));
  }
  EXPECT_GE(longest, kBackoffMaxMs / 2);

  tablet_.link().online = true;
  tablet_.now_ms = tablet_.device().next_attempt_ms();
  tablet_.Step();
  tablet_.Step();
  EXPECT_EQ(tablet_.device().state(), SyncState::kIdle);
  EXPECT_OK(tablet_.device().sync_status());
}

TEST_F(DeviceTest, CancelEndsASyncWhereverItIs) {
  tablet_.link().keep_answers = true;
  tablet_.device().Sync({});
  tablet_.Step();
  tablet_.device().Cancel();
  EXPECT_EQ(tablet_.device().state(), SyncState::kIdle);
  EXPECT_THAT(tablet_.device().sync_status(),
              StatusIs(absl::StatusCode::kCancelled));
  EXPECT_THAT(tablet_.link().cancelled, SizeIs(1));

  tablet_.link().online = false;
  tablet_.device().Sync({});
  tablet_.Step();
  tablet_.Step();
  ASSERT_EQ(tablet_.device().state(), SyncState::kWaiting);
  tablet_.device().Cancel();
  EXPECT_EQ(tablet_.device().state(), SyncState::kIdle);
}

TEST_F(DeviceTest, AnErrorThatWillNotPassEndsTheSync) {
  tablet_.device().Sync({});
  tablet_.link().keep_answers = true;
  tablet_.Step();
  const std::uint64_t id = tablet_.link().kept.front().id;
  tablet_.link().arrived.push_back(
      {id, absl::UnauthenticatedError("who are you?")});
  tablet_.Step();
  EXPECT_EQ(tablet_.device().state(), SyncState::kIdle);
  EXPECT_THAT(tablet_.device().sync_status(),
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_F(DeviceTest, ProgressIsToldAfterEachResponse) {
  ASSERT_OK(tablet_.Sync());  // for the form
  for (std::uint8_t i = 1; i <= 10; ++i) {
    tablet_.Create(School(i), "lga1", std::string(60'000, 'x'));
  }
  std::vector<std::uint64_t> outbox;
  std::uint64_t records = 0;
  SyncOptions options;
  options.progress = [&](const SyncProgress& progress) {
    EXPECT_EQ(progress.survey, FieldWorld::kSurvey);
    outbox.push_back(progress.outbox);
    records = progress.records;
  };
  tablet_.device().Sync(options);
  while (tablet_.device().state() != SyncState::kIdle) tablet_.Step();
  ASSERT_GE(outbox.size(), 3u);
  EXPECT_TRUE(std::is_sorted(outbox.rbegin(), outbox.rend()));
  EXPECT_EQ(outbox.back(), 0u);
  EXPECT_EQ(records, 10u) << "received since Sync()";
}

TEST_F(DeviceTest, OpensWithWhatTheStoreHolds) {
  ASSERT_OK(tablet_.device().Join("another", "bola"));
  tablet_.Create(School(1), "lga1", "One");
  tablet_.Kill();
  EXPECT_THAT(tablet_.device().Surveys(),
              ElementsAre("another", FieldWorld::kSurvey));
  EXPECT_EQ(tablet_.device().Find("another")->state().person, "bola");
  EXPECT_EQ(tablet_.survey().outbox_size(), 1u);
}

TEST_F(DeviceTest, RefusesNamesThatCannotBe) {
  MemoryStore store;
  TabletClock clock;
  EXPECT_THAT(
      Device::Open("a/b", store, clock, nullptr, [] { return 0; }).status(),
      StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tablet_.device().Join("", "amina"),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(tablet_.device().Join("schools", "two words"),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace chasqui::client
