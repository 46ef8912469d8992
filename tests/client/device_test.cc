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

// One change fills a batch of a link that nothing is known of.
TEST_F(DeviceTest, BatchesAreUnderWayTogetherWhereOrderIsKept) {
  ASSERT_OK(tablet_.Sync());  // for the form
  for (std::uint8_t i = 1; i <= 10; ++i) {
    tablet_.Create(School(i), "lga1", std::string(30'000, 'x'));
  }
  tablet_.link().sent.clear();
  tablet_.link().room = 4;
  tablet_.link().news_bytes_max = 1 << 20;
  tablet_.link().keep_answers = true;
  tablet_.device().Sync({});
  tablet_.Step();
  EXPECT_THAT(tablet_.link().sent, SizeIs(4));
  tablet_.Step();
  EXPECT_THAT(tablet_.link().sent, SizeIs(4)) << "there is room for no more";

  tablet_.link().keep_answers = false;
  tablet_.link().arrived.swap(tablet_.link().kept);
  while (tablet_.device().state() != SyncState::kIdle) tablet_.Step();
  EXPECT_OK(tablet_.device().sync_status());
  ASSERT_THAT(tablet_.link().sent, SizeIs(10)) << "the last brings the news";
  for (std::size_t i = 0; i < 10; ++i) {
    const SurveyRequest& part = tablet_.link().sent[i].surveys[0];
    EXPECT_EQ(part.last(), i + 1);
    EXPECT_EQ(part.pull, i == 9);
  }
  EXPECT_EQ(tablet_.survey().outbox_size(), 0u);
}

TEST_F(DeviceTest, WhatFollowsALostAnswerIsSentAgain) {
  ASSERT_OK(tablet_.Sync());
  for (std::uint8_t i = 1; i <= 4; ++i) {
    tablet_.Create(School(i), "lga1", std::string(30'000, 'x'));
  }
  tablet_.link().room = 4;
  tablet_.link().keep_answers = true;
  tablet_.device().Sync({});
  tablet_.Step();
  ASSERT_THAT(tablet_.link().kept, SizeIs(4));
  tablet_.link().keep_answers = false;
  // The link breaks after the first answer; the server has all of it.
  tablet_.link().arrived.push_back(tablet_.link().kept[0]);
  tablet_.link().arrived.push_back(
      {tablet_.link().kept[1].id, absl::UnavailableError("cut")});
  tablet_.link().sent.clear();
  tablet_.Step();
  EXPECT_EQ(tablet_.device().state(), SyncState::kWaiting);
  EXPECT_EQ(tablet_.survey().outbox_size(), 3u);
  tablet_.now_ms = tablet_.device().next_attempt_ms();
  while (tablet_.device().state() != SyncState::kIdle) tablet_.Step();
  EXPECT_OK(tablet_.device().sync_status());
  EXPECT_EQ(tablet_.link().sent.front().surveys[0].last(), 2u);
  EXPECT_EQ(tablet_.survey().outbox_size(), 0u);
}

// The server lost them with its backup: what was under way cannot follow.
TEST_F(DeviceTest, AGapPutsAnEndToWhatIsUnderWay) {
  ASSERT_OK(tablet_.Sync());
  const auto backup = world_.Backup();
  tablet_.Create(School(1), "lga1", "first");
  ASSERT_OK(tablet_.Sync());
  for (std::uint8_t i = 2; i <= 5; ++i) {
    tablet_.Create(School(i), "lga1", std::string(30'000, 'x'));
  }
  world_.Restore(*backup);
  tablet_.link().room = 4;
  ASSERT_OK(tablet_.Sync());
  EXPECT_EQ(tablet_.survey().outbox_size(), 0u);
  for (std::uint8_t i = 2; i <= 5; ++i) {
    EXPECT_NE(world_.Shown(School(i), "name"), "(none)") << int{i};
  }
}

TEST_F(DeviceTest, BatchesAreWhatSuitsTheLinkAndOutliveTheApp) {
  ASSERT_OK(tablet_.Sync());
  EXPECT_EQ(tablet_.device().link().bytes_per_s(), 0u);
  // 40 KB each step, of one millisecond.
  tablet_.link().bytes_moved = 40'000;
  tablet_.Create(School(1), "lga1", "first");
  ASSERT_OK(tablet_.Sync());
  EXPECT_GT(tablet_.device().link().bytes_per_s(), 1'000'000u);
  const LinkEstimate before = tablet_.device().link();
  tablet_.Kill();
  EXPECT_EQ(tablet_.device().link(), before);

  tablet_.link().sent.clear();
  for (std::uint8_t i = 2; i <= 5; ++i) {
    tablet_.Create(School(i), "lga1", std::string(30'000, 'x'));
  }
  ASSERT_OK(tablet_.Sync());
  EXPECT_THAT(tablet_.link().sent, SizeIs(1)) << "all fit in one";
  EXPECT_EQ(tablet_.link().sent[0].link, before) << "the server is told";
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

TEST_F(DeviceTest, OneThatWorksOnNothingSyncsNothing) {
  MemoryStore store;
  ASSERT_OK_AND_ASSIGN(
      const auto device,
      Device::Open("new", store, tablet_.clock(), &tablet_.link(),
                   [] { return std::uint64_t{1}; }));
  device->Sync({});
  for (std::int64_t now = 1; now < 10; ++now) ASSERT_OK(device->Step(now));
  EXPECT_EQ(device->state(), SyncState::kIdle);
  EXPECT_OK(device->sync_status());
}

// A survey that is not served takes none of its changes, however often they
// are sent; the other's go up and its news come down all the same.
TEST_F(DeviceTest, ASurveyThatIsRefusedHoldsUpNoOther) {
  ASSERT_OK(tablet_.Sync());
  ASSERT_OK(tablet_.device().Join("roads", "amina"));
  LocalSurvey& roads = *tablet_.device().Find("roads");
  for (std::uint8_t i = 1; i <= 10; ++i) {
    Editing editing = *roads.Create(School(i));
    editing.Set({RowId{}, kFirstFormField, 0},
                Value::Text(std::string(30'000, 'x')));
    ASSERT_OK(roads.Save(editing));
    tablet_.Create(School(i), "lga1", std::string(30'000, 'y'));
  }
  for (const std::size_t room : {std::size_t{1}, std::size_t{4}}) {
    tablet_.link().sent.clear();
    tablet_.link().room = room;
    EXPECT_THAT(tablet_.Sync(), StatusIs(absl::StatusCode::kNotFound));
    EXPECT_EQ(tablet_.survey().outbox_size(), 0u);
    EXPECT_EQ(roads.outbox_size(), 10u);
    EXPECT_LT(tablet_.link().sent.size(), 40u);
    EXPECT_TRUE(tablet_.link().sent.back().surveys[0].pull);
  }
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
