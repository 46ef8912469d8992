#include "sync/wire/stream_memory.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"
#include "tests/wire/stream_fixture.h"

namespace chasqui::wire {
namespace {

using ::chasqui::testing::StatusIs;

TEST_F(StreamMemoryTest, WithoutNewsNearlyNothingTravels) {
  for (int i = 0; i < 3; ++i) {
    Ask(Asking(1000 + 500 * i));
    Answer(Quiet(1'500'000'000'000 + 500 * i, 900));
  }
  EXPECT_LE(sent_, 24u);
  EXPECT_LE(received_, 12u);
}

TEST_F(StreamMemoryTest, NorWhenTheLogHasGrownElsewhere) {
  for (std::uint64_t head = 900; head < 930; head += 10) {
    Ask(Asking(1000));
    Answer(Quiet(1'500'000'000'000, head));
  }
  EXPECT_LE(received_, 16u);
}

// Then the cursor is another; but the one before is as good.
TEST_F(StreamMemoryTest, ACursorWithoutNewsIsNotTold) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900));
  Ask(Asking(1500));
  v1::SyncResponse moved = Quiet(5'500, 950);
  moved.mutable_surveys(0)->set_cursor("cursor at 950");
  ASSERT_OK_AND_ASSIGN(const v1::SyncResponse restored,
                       device_.Restore(server_.Shorten(moved)));
  EXPECT_THAT(restored, EqualsMessage(Quiet(5'500, 950)));
  Ask(Asking(2000));  // with that one
}

// A pull that told of something has moved on, and so has its cursor.
TEST_F(StreamMemoryTest, ACursorWithNewsIsTold) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900));
  const auto move = [this](std::uint64_t head, auto tell) {
    v1::SyncResponse moved = Quiet(5'500, head);
    moved.mutable_surveys(0)->set_cursor("cursor at " + std::to_string(head));
    tell(*moved.mutable_surveys(0));
    Ask(Asking(1500));
    Answer(moved);
  };
  move(950, [](v1::SurveyNews& news) { news.add_notices()->set_seq(3); });
  move(960, [](v1::SurveyNews& news) { news.add_lost()->set_name("lga1"); });
  move(970, [](v1::SurveyNews& news) { news.set_more(true); });
  move(980, [](v1::SurveyNews& news) { news.set_log(99); });
}

TEST_F(StreamMemoryTest, NewsAreToldWithoutWhatIsKnown) {
  Ask(Asking(1000));
  Answer(News(5'000, 900, 3));
  Ask(Asking(1200));
  v1::SyncResponse quiet = Quiet(5'200, 900);
  quiet.mutable_surveys(0)->set_cursor("cursor at 900");
  Answer(quiet);
  Ask(Asking(1500));
  v1::SyncResponse news = News(5'500, 950, 3);
  v1::SurveyNews& part = *news.mutable_surveys(0);
  part.mutable_buckets(2)->set_last(false);
  part.mutable_buckets(2)->mutable_complete()->set_seq(17);
  part.set_more(true);
  Answer(news);
  // Two positions of the log, three records, and what frames them.
  EXPECT_LE(received_, 100u);
}

// Of a cursor of thousands of bytes, those that are others.
TEST_F(StreamMemoryTest, OfALongCursorOnlyWhatChangedIsTold) {
  const std::string tail(10'000, 'c');
  for (const std::uint64_t head : {900U, 950U, 960U}) {
    Ask(Asking(1000));
    v1::SyncResponse news = News(5'000, head, 1);
    v1::SurveyNews& part = *news.mutable_surveys(0);
    part.set_cursor(part.cursor() + tail);
    Answer(news);
  }
  EXPECT_LE(received_, 60u);
}

TEST_F(StreamMemoryTest, LineagesAreToldOnce) {
  v1::SyncRequest request = Asking(1000);
  v1::LogPosition& name =
      *request.mutable_surveys(0)->add_lineages()->add_names();
  name.set_log(kLog);
  name.set_seq(2);
  for (int i = 0; i < 2; ++i) {
    Ask(request);
    Answer(Quiet(5'000, 900));
  }
  Ask(request);
  EXPECT_LE(sent_, 24u);
  name.set_seq(3);
  Ask(request);
  request.mutable_surveys(0)->clear_lineages();
  Ask(request);
}

TEST_F(StreamMemoryTest, SeveralRequestsMayBeUnderWay) {
  Ask(Asking(1000));
  Ask(Asking(1001));
  Answer(Quiet(5'000, 900));
  Ask(Asking(1002));
  Answer(Quiet(5'001, 901));
  Answer(Quiet(5'002, 902));
  Ask(Asking(1003));
  EXPECT_LE(sent_, 24u);
}

// What is absent would be read as expected: all of it is told.
TEST_F(StreamMemoryTest, WhatCannotBeToldAsADifferenceIsWhole) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900));
  v1::SyncRequest request = Asking(1500);
  request.mutable_surveys(0)->clear_cursor();
  Ask(request);
  v1::SyncResponse response = Quiet(5'500, 900);
  response.mutable_surveys(0)->clear_digest();
  Answer(response);
  request.add_surveys()->set_survey("roads");
  Ask(request);
  response.add_surveys()->set_survey("roads");
  Answer(response);
  response.mutable_surveys()->SwapElements(0, 1);
  Ask(request);
  Answer(response);
  response.mutable_surveys(0)->set_error_code(5);
  response.mutable_surveys(0)->clear_durable();
  Ask(Asking(2000));
  Answer(response);
}

TEST_F(StreamMemoryTest, BucketsComeAndGo) {
  for (const int buckets : {2, 3, 0, 1, 1}) {
    Ask(Asking(1000));
    Answer(News(5'000, 900, buckets));
  }
}

TEST_F(StreamMemoryTest, WhoDoesNotRememberIsAnsweredInFull) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::SyncRequest restored,
                         server_.Restore(Asking(1000)));
    EXPECT_THAT(restored, EqualsMessage(Asking(1000)));
    EXPECT_THAT(server_.Shorten(Quiet(5'000, 900)),
                EqualsMessage(Quiet(5'000, 900)));
  }
}

TEST_F(StreamMemoryTest, WhatNobodyRemembersIsRefused) {
  v1::SyncRequest request = Asking(1000);
  request.set_after(1);
  EXPECT_THAT(server_.Restore(request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  v1::SyncResponse response = Quiet(5'000, 900);
  response.set_shortened(true);
  EXPECT_THAT(device_.Restore(response),
              StatusIs(absl::StatusCode::kInvalidArgument));

  for (std::size_t i = 0; i < kAnswersRemembered + 1; ++i) {
    Ask(Asking(1000));
    Answer(Quiet(5'000, 900));
  }
  request.set_remembers(true);
  EXPECT_THAT(server_.Restore(request),
              StatusIs(absl::StatusCode::kInvalidArgument))
      << "the first is too long ago";
  request.set_after(2);
  EXPECT_OK(server_.Restore(request));
  request.add_surveys();
  EXPECT_THAT(server_.Restore(request),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace chasqui::wire
