// A device and a server that remember, and what they say to each other.

#ifndef CHASQUI_TESTS_WIRE_STREAM_FIXTURE_H_
#define CHASQUI_TESTS_WIRE_STREAM_FIXTURE_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "google/protobuf/util/message_differencer.h"
#include "gtest/gtest.h"
#include "sync/wire/stream_memory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::wire {

MATCHER_P(EqualsMessage, other, other.DebugString()) {
  return google::protobuf::util::MessageDifferencer::Equals(arg, other);
}

inline constexpr std::uint64_t kLog = 0x1234567890abcdef;

// Of a device that has been here before; its chain ends at 7.
inline v1::SyncRequest Asking(std::int64_t mono_ms) {
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

// Nothing has come.
inline v1::SyncResponse Quiet(std::int64_t received_ms, std::uint64_t head) {
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
  news.set_digest(std::string(16, 'd'));
  return response;
}

// The same, with the last page of so many buckets.
inline v1::SyncResponse News(std::int64_t received_ms, std::uint64_t head,
                             int buckets) {
  v1::SyncResponse response = Quiet(received_ms, head);
  v1::SurveyNews& news = *response.mutable_surveys(0);
  news.set_cursor("cursor at " + std::to_string(head));
  for (int i = 0; i < buckets; ++i) {
    v1::BucketNews& bucket = *news.add_buckets();
    bucket.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
    bucket.mutable_bucket()->set_name("lga" + std::to_string(i));
    bucket.set_last(true);
    bucket.mutable_complete()->set_log(kLog);
    bucket.mutable_complete()->set_seq(head);
    v1::NewsItem& item = *bucket.add_items();
    item.set_seq(head - 1);
    item.set_record("a record");
  }
  return response;
}

// A device, a server, and the bytes between them.
class StreamMemoryTest : public ::testing::Test {
 protected:
  // Each arrives as it was meant.
  void Ask(const v1::SyncRequest& request) {
    const v1::SyncRequest wire = device_.Shorten(request, last_);
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

  // What the device knows of the changes it sends.
  LastHashes last_;
  DeviceMemory device_;
  ServerMemory server_;
  std::size_t sent_ = 0;
  std::size_t received_ = 0;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_TESTS_WIRE_STREAM_FIXTURE_H_
