#include "sync/wire/stream_memory.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::wire {
namespace {

using ::chasqui::testing::StatusIs;
using google::protobuf::util::MessageDifferencer;

MATCHER_P(EqualsMessage, other, other.DebugString()) {
  return MessageDifferencer::Equals(arg, other);
}

constexpr std::uint64_t kLog = 0x1234567890abcdef;

// Of a device that has been here before; its chain ends at 7.
v1::SyncRequest Asking(std::int64_t mono_ms) {
  v1::SyncRequest request;
  request.set_news_bytes_max(32'768);
  request.mutable_clock()->set_boot(77);
  request.mutable_clock()->set_mono_ms(mono_ms);
  request.mutable_clock()->set_wall_ms(1'400'000'000'000 + mono_ms);
  v1::SurveyExchange& part = *request.add_surveys();
  part.set_survey("census");
  part.set_person("amina");
  part.set_cursor("cursor");
  part.set_log(kLog);
  part.set_forms(2);
  part.set_pull(true);
  part.mutable_batch()->set_first(8);
  part.mutable_batch()->set_before(std::string(16, 'h'));
  return request;
}

v1::SyncResponse Quiet(std::int64_t received_ms, std::uint64_t head,
                       int buckets) {
  v1::SyncResponse response;
  response.set_received_ms(received_ms);
  v1::SurveyNews& news = *response.add_surveys();
  news.set_survey("census");
  news.set_log(kLog);
  news.set_head(head);
  news.set_cursor("cursor");
  news.mutable_durable()->set_log(kLog);
  news.mutable_durable()->set_seq(head);
  news.mutable_end()->set_number(7);
  news.mutable_end()->set_h(std::string(16, 'h'));
  for (int i = 0; i < buckets; ++i) {
    v1::BucketNews& bucket = *news.add_buckets();
    bucket.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
    bucket.mutable_bucket()->set_name("lga" + std::to_string(i));
    bucket.set_last(true);
    bucket.mutable_complete()->set_log(kLog);
    bucket.mutable_complete()->set_seq(head);
  }
  return response;
}

// A device, a server, and the bytes between them.
class StreamMemoryTest : public ::testing::Test {
 protected:
  // Each arrives as it was meant.
  void Ask(const v1::SyncRequest& request) {
    const v1::SyncRequest wire = device_.Shorten(request);
    sent_ = wire.ByteSizeLong();
    ASSERT_OK_AND_ASSIGN(const v1::SyncRequest restored, server_.Restore(wire));
    EXPECT_THAT(restored, EqualsMessage(request));
  }
  void Answer(const v1::SyncResponse& response) {
    const v1::SyncResponse wire = server_.Shorten(response);
    received_ = wire.ByteSizeLong();
    ASSERT_OK_AND_ASSIGN(const v1::SyncResponse restored,
                         device_.Restore(wire));
    EXPECT_THAT(restored, EqualsMessage(response));
  }

  DeviceMemory device_;
  ServerMemory server_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

TEST_F(StreamMemoryTest, WithoutNewsNearlyNothingTravels) {
  for (int i = 0; i < 3; ++i) {
    Ask(Asking(1000 + 500 * i));
    Answer(Quiet(1'500'000'000'000 + 500 * i, 900, 1000));
  }
  EXPECT_LE(sent_, 24u);
  EXPECT_LE(received_, 12u);
}

TEST_F(StreamMemoryTest, NorWhenTheLogHasGrownElsewhere) {
  for (std::uint64_t head = 900; head < 930; head += 10) {
    Ask(Asking(1000));
    Answer(Quiet(1'500'000'000'000, head, 1000));
  }
  EXPECT_LE(received_, 16u);
}

// Then the cursor is another; but the one before is as good.
TEST_F(StreamMemoryTest, ACursorWithoutNewsIsNotTold) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900, 2));
  Ask(Asking(1500));
  v1::SyncResponse moved = Quiet(5'500, 950, 2);
  moved.mutable_surveys(0)->set_cursor("cursor at 950");
  ASSERT_OK_AND_ASSIGN(const v1::SyncResponse restored,
                       device_.Restore(server_.Shorten(moved)));
  EXPECT_THAT(restored, EqualsMessage(Quiet(5'500, 950, 2)));
  Ask(Asking(2000));  // with that one
}

TEST_F(StreamMemoryTest, NewsAreToldWhateverIsQuiet) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900, 3));
  Ask(Asking(1500));
  v1::SyncResponse news = Quiet(5'500, 950, 3);
  v1::SurveyNews& part = *news.mutable_surveys(0);
  part.set_cursor("cursor at 950");
  v1::NewsItem& item = *part.mutable_buckets(1)->add_items();
  item.set_seq(940);
  item.set_record("a record");
  part.mutable_buckets(2)->set_last(false);
  part.mutable_buckets(2)->mutable_complete()->set_seq(17);
  part.set_more(true);
  Answer(news);
  EXPECT_LE(received_, 90u);
}

TEST_F(StreamMemoryTest, OutcomesAreToldByTheirDistances) {
  Ask(Asking(1000));
  Answer(Quiet(1'500'000'000'000, 900, 1));
  v1::SyncRequest request = Asking(1500);
  request.mutable_surveys(0)->mutable_batch()->add_changes("a change");
  Ask(request);
  v1::SyncResponse response = Quiet(1'500'000'000'500, 901, 1);
  v1::SurveyNews& news = *response.mutable_surveys(0);
  news.mutable_end()->set_number(8);
  news.mutable_end()->set_h(std::string(16, 'i'));
  v1::ChangeOutcome& outcome = *news.add_outcomes();
  outcome.set_number(8);
  outcome.set_seq(901);
  outcome.set_lo_ms(1'499'999'990'000);
  outcome.set_at_ms(1'500'000'000'100);
  outcome.set_hi_ms(1'500'000'000'499);
  Answer(response);
  EXPECT_LE(received_, 56u);
  // The end of the chain is expected now.
  v1::SyncRequest next = Asking(2000);
  next.mutable_surveys(0)->mutable_batch()->set_first(9);
  next.mutable_surveys(0)->mutable_batch()->set_before(std::string(16, 'i'));
  Ask(next);
  EXPECT_LE(sent_, 24u);
}

TEST_F(StreamMemoryTest, SeveralRequestsMayBeUnderWay) {
  Ask(Asking(1000));
  Ask(Asking(1001));
  Answer(Quiet(5'000, 900, 2));
  Ask(Asking(1002));
  Answer(Quiet(5'001, 901, 2));
  Answer(Quiet(5'002, 902, 2));
  Ask(Asking(1003));
  EXPECT_LE(sent_, 24u);
}

// What is absent would be read as expected: all of it is told.
TEST_F(StreamMemoryTest, WhatCannotBeToldAsADifferenceIsWhole) {
  Ask(Asking(1000));
  Answer(Quiet(5'000, 900, 2));
  v1::SyncRequest request = Asking(1500);
  request.mutable_surveys(0)->clear_cursor();
  Ask(request);
  v1::SyncResponse response = Quiet(5'500, 900, 2);
  response.mutable_surveys(0)->clear_buckets();
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
    Answer(Quiet(5'000, 900, buckets));
  }
}

TEST_F(StreamMemoryTest, WhoDoesNotRememberIsAnsweredInFull) {
  for (int i = 0; i < 3; ++i) {
    ASSERT_OK_AND_ASSIGN(const v1::SyncRequest restored,
                         server_.Restore(Asking(1000)));
    EXPECT_THAT(restored, EqualsMessage(Asking(1000)));
    EXPECT_THAT(server_.Shorten(Quiet(5'000, 900, 2)),
                EqualsMessage(Quiet(5'000, 900, 2)));
  }
}

TEST_F(StreamMemoryTest, WhatNobodyRemembersIsRefused) {
  v1::SyncRequest request = Asking(1000);
  request.set_after(1);
  EXPECT_THAT(server_.Restore(request),
              StatusIs(absl::StatusCode::kInvalidArgument));
  v1::SyncResponse response = Quiet(5'000, 900, 1);
  response.set_shortened(true);
  EXPECT_THAT(device_.Restore(response),
              StatusIs(absl::StatusCode::kInvalidArgument));

  for (std::size_t i = 0; i < kAnswersRemembered + 1; ++i) {
    Ask(Asking(1000));
    Answer(Quiet(5'000, 900, 1));
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
