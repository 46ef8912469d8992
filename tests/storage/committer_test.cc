// Threads, groups, and what happens when the disk does not play along.

#include "storage/committer.h"

#include <atomic>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/verify.h"
#include "tests/storage/small_survey.h"
#include "tests/storage/stubborn_kv.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::StatusIs;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class CommitterTest : public ::testing::Test {
 protected:
  void Open(const CommitterLimits& limits = {}) {
    CatalogOptions options;
    options.limits = limits;
    catalog_ = *OpenCatalog(kv_, clock_, options);
    store_ = &NewSmallSurvey(*catalog_);
  }
  // A creation by a device of its own.
  static Batch Delivery(int number) {
    Chain chain("census", "tablet-" + std::to_string(number));
    return chain.Next(Creation(RecordNumber(static_cast<std::uint64_t>(number)),
                               "north", "A"));
  }
  std::size_t Records() {
    return (*store_->Snapshot())->Records({}, 10'000)->size();
  }

  HandClock clock_;
  StubbornKv kv_;
  std::unique_ptr<Catalog> catalog_;
  SurveyStore* store_ = nullptr;
};

TEST_F(CommitterTest, WhatWaitsGoesInOneGroup) {
  Open();
  const int before = kv_.arrived();
  kv_.Hold(true);
  std::atomic<int> answered = 0;
  const auto done = [&](const absl::StatusOr<DeliveryAnswer>& answer) {
    EXPECT_OK(answer);
    ++answered;
  };
  store_->Submit(Delivery(1), done);
  kv_.AwaitArrivals(before + 1);
  for (int i = 2; i <= 100; ++i) store_->Submit(Delivery(i), done);
  EXPECT_EQ(answered, 0) << "answered before it was safe";
  kv_.Hold(false);
  ASSERT_OK(SubmitAndWait(*store_, Delivery(101)));
  EXPECT_EQ(answered, 100);
  // The first, what was applied on top of it, and the rest.
  EXPECT_LE(kv_.arrived(), before + 4);
  EXPECT_EQ(Records(), 101U);
}

TEST_F(CommitterTest, ManyThreadsLoseNothing) {
  Open();
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  for (int thread = 0; thread < kThreads; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < kEach; ++i) {
        const auto answer =
            SubmitAndWait(*store_, Delivery(thread * kEach + i));
        ASSERT_OK(answer);
        const auto reader = store_->Snapshot();
        ASSERT_OK(reader);
        EXPECT_GE((*reader)->head(), answer->head);
        EXPECT_GE(store_->Durable().seq, answer->head);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Records(), std::size_t{kThreads * kEach});
  EXPECT_THAT(VerifyKv(kv_, true)->findings, IsEmpty());
}

TEST_F(CommitterTest, ARefusedDeliveryLeavesItsGroupAlone) {
  Open();
  const int before = kv_.arrived();
  kv_.Hold(true);
  std::atomic<int> good = 0;
  std::atomic<int> refused = 0;
  const auto done = [&](const absl::StatusOr<DeliveryAnswer>& answer) {
    ++(answer.ok() ? good : refused);
  };
  store_->Submit(Delivery(1), done);
  kv_.AwaitArrivals(before + 1);
  store_->Submit(Delivery(2), done);
  store_->Submit(std::vector<ServerEntry>{SmallForm("1")}, done);
  store_->Submit(Delivery(3), done);
  kv_.Hold(false);
  ASSERT_OK(SubmitAndWait(*store_, Delivery(4)));
  EXPECT_EQ(good, 3);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(Records(), 4U);
}

TEST_F(CommitterTest, AFailedCommitLeavesNothingBehind) {
  Open();
  ASSERT_OK(SubmitAndWait(*store_, Delivery(1)));
  const Position durable = store_->Durable();
  kv_.set_failure(absl::ResourceExhaustedError("full"));
  EXPECT_THAT(SubmitAndWait(*store_, Delivery(2)),
              StatusIs(absl::StatusCode::kResourceExhausted));
  SurveyConfig closed = SmallConfig();
  closed.closed = true;
  EXPECT_THAT(
      SubmitAndWait(*store_, std::vector<ServerEntry>{ConfigChanged{closed}}),
      StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(store_->Durable(), durable);
  EXPECT_EQ((*store_->Snapshot())->head(), durable.seq);
  EXPECT_FALSE((*store_->Snapshot())->survey().config.closed);

  kv_.set_failure(absl::OkStatus());
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer answer,
                       SubmitAndWait(*store_, Delivery(2)));
  EXPECT_EQ(answer.head, durable.seq + 1);
  EXPECT_FALSE(answer.batch.changes[0].duplicate);
  EXPECT_EQ(answer.batch.changes[0].outcome.kind, OutcomeKind::kApplied);
  EXPECT_THAT(VerifyKv(kv_, true)->findings, IsEmpty());
}

TEST_F(CommitterTest, AFullDiskRefusesBeforeWritingAndRecovers) {
  Open();
  const int before = kv_.arrived();
  kv_.set_room(absl::ResourceExhaustedError("nearly full"));
  EXPECT_THAT(SubmitAndWait(*store_, Delivery(1)),
              StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(kv_.arrived(), before);
  EXPECT_EQ(Records(), 0U);
  kv_.set_room(absl::OkStatus());
  EXPECT_OK(SubmitAndWait(*store_, Delivery(1)));
}

TEST_F(CommitterTest, AFullDiskCanBeOpenedAndRead) {
  Open();
  ASSERT_OK(SubmitAndWait(*store_, Delivery(1)));
  catalog_.reset();
  kv_.set_room(absl::ResourceExhaustedError("nearly full"));
  catalog_ = *OpenCatalog(kv_, clock_, {});
  store_ = *catalog_->Find("census");
  EXPECT_EQ(Records(), 1U);
  EXPECT_THAT((*store_->Snapshot())->survey().lineage, SizeIs(1));
  kv_.set_room(absl::OkStatus());
  ASSERT_OK(SubmitAndWait(*store_, Delivery(2)));
  EXPECT_THAT((*store_->Snapshot())->survey().lineage, SizeIs(2));
  EXPECT_THAT(VerifyKv(kv_, true)->findings, IsEmpty());
}

TEST_F(CommitterTest, RefusesWhatIsTooMuch) {
  CommitterLimits limits;
  limits.waiting_max = 2;
  Open(limits);
  const int before = kv_.arrived();
  kv_.Hold(true);
  std::atomic<int> accepted = 0;
  std::atomic<int> refused = 0;
  const auto done = [&](const absl::StatusOr<DeliveryAnswer>& answer) {
    if (answer.ok()) {
      ++accepted;
      return;
    }
    EXPECT_THAT(answer, StatusIs(absl::StatusCode::kResourceExhausted,
                                 ::testing::HasSubstr("2")));
    ++refused;
  };
  store_->Submit(Delivery(1), done);
  kv_.AwaitArrivals(before + 1);
  // One may be applied meanwhile, or two; two wait.
  for (int i = 2; i <= 10; ++i) store_->Submit(Delivery(i), done);
  EXPECT_GE(refused, 5);
  EXPECT_LE(refused, 7);
  kv_.Hold(false);
  while (accepted + refused < 10) std::this_thread::yield();
  EXPECT_OK(SubmitAndWait(*store_, Delivery(11)));
}

TEST_F(CommitterTest, WhatWasAppliedOnTopOfAFailureFailsToo) {
  CommitterLimits limits;
  limits.group_max = 1;
  Open(limits);
  const Position durable = store_->Durable();
  const int before = kv_.arrived();
  kv_.Hold(true);
  std::atomic<int> answered = 0;
  std::atomic<int> failed = 0;
  const auto done = [&](const absl::StatusOr<DeliveryAnswer>& answer) {
    if (absl::IsResourceExhausted(answer.status())) ++failed;
    ++answered;
  };
  // The second is a duplicate of the first: it writes nothing, but what it
  // would be told is not so.
  const Batch same = Delivery(1);
  store_->Submit(same, done);
  kv_.AwaitArrivals(before + 1);
  store_->Submit(same, done);
  kv_.set_failure(absl::ResourceExhaustedError("full"));
  kv_.Hold(false);
  while (answered < 2) std::this_thread::yield();
  EXPECT_EQ(failed, 2);
  kv_.set_failure(absl::OkStatus());
  EXPECT_EQ(store_->Durable(), durable);
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer answer,
                       SubmitAndWait(*store_, same));
  EXPECT_FALSE(answer.batch.changes[0].duplicate);
  EXPECT_EQ(answer.head, durable.seq + 1);
  EXPECT_THAT(VerifyKv(kv_, true)->findings, IsEmpty());
}

TEST_F(CommitterTest, ClosingAnswersWhoeverWaits) {
  CommitterLimits limits;
  limits.group_max = 1;
  Open(limits);
  const int before = kv_.arrived();
  kv_.Hold(true);
  std::atomic<int> committed = 0;
  std::atomic<int> unavailable = 0;
  const auto done = [&](const absl::StatusOr<DeliveryAnswer>& answer) {
    if (answer.ok()) ++committed;
    if (absl::IsUnavailable(answer.status())) ++unavailable;
  };
  store_->Submit(Delivery(1), done);
  kv_.AwaitArrivals(before + 1);
  store_->Submit(Delivery(2), done);  // may be applied already
  store_->Submit(Delivery(3), done);
  std::thread closing([this] { catalog_.reset(); });
  while (unavailable == 0) std::this_thread::yield();
  kv_.Hold(false);
  closing.join();
  EXPECT_GE(committed, 1);
  EXPECT_LE(committed, 2);
  EXPECT_EQ(committed + unavailable, 3);
}

TEST_F(CommitterTest, TimeOfTheLogNeverStandsStill) {
  Open();
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer first,
                       SubmitAndWait(*store_, Delivery(1)));
  clock_.now_ms -= 86'400'000;
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer second,
                       SubmitAndWait(*store_, Delivery(2)));
  EXPECT_EQ(second.received_ms, first.received_ms + 1);
}

TEST(BackedUpTest, MovesForwardWithinALog) {
  BackedUp backed_up;
  EXPECT_EQ(backed_up.CoveredUpTo("census"), Position{});
  backed_up.MoveTo("census", {LogName{1}, 7});
  backed_up.MoveTo("census", {LogName{1}, 5});
  EXPECT_EQ(backed_up.CoveredUpTo("census"), (Position{LogName{1}, 7}));
  backed_up.MoveTo("census", {LogName{2}, 6});
  EXPECT_EQ(backed_up.CoveredUpTo("census"), (Position{LogName{2}, 6}));
  EXPECT_EQ(backed_up.CoveredUpTo("water"), Position{});
}

}  // namespace
}  // namespace chasqui::storage
