#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/limits.h"
#include "sync/change.h"
#include "sync/cursor.h"
#include "sync/page.h"
#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;

class SyncServiceTest : public RunningServer {
 protected:
  // An exchange of `person`'s that brings `changes`, the next of `device`.
  v1::SyncRequest Request(const std::string& person,
                          const std::vector<std::string>& changes = {},
                          const std::string& device = "tablet") {
    v1::SyncRequest request;
    v1::SurveyExchange& exchange = *request.add_surveys();
    exchange.set_survey(SchoolSurvey::kName);
    exchange.set_person(person);
    exchange.set_pull(true);
    for (const std::string& bytes : changes) {
      const Batch batch = schools_.Next(device, bytes);
      v1::ChangeBatch& wire = *exchange.mutable_batch();
      if (wire.changes().empty()) {
        wire.set_first(batch.first);
        wire.set_before(std::string(batch.before.view()));
      }
      wire.add_changes(bytes);
    }
    return request;
  }

  std::string CreationOf(std::uint8_t school) {
    return EncodeChange(
        schools_.Creation("amina", School(school), "lga1", "A school"));
  }

  grpc::Status Sync(const v1::SyncRequest& request,
                    const std::string& device = "tablet") {
    response_.Clear();
    return Call(&v1::SyncService::Stub::Sync, request, response_, "", device);
  }

  v1::SyncResponse response_;
};

TEST_F(SyncServiceTest, OneRoundTripMovesEverythingBothWays) {
  schools_.Deliver("other",
                   schools_.Creation("amina", School(1), "lga1", "One"));
  ASSERT_THAT(Sync(Request("amina", {CreationOf(2)})), HasCode(grpc::OK));
  ASSERT_THAT(response_.surveys(), SizeIs(1));
  const v1::SurveyNews& news = response_.surveys(0);
  EXPECT_EQ(news.error_code(), 0);
  ASSERT_THAT(news.outcomes(), SizeIs(1));
  EXPECT_EQ(news.outcomes(0).outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_EQ(news.end().number(), 1);
  EXPECT_EQ(news.head(), schools_.Head().seq);
  EXPECT_EQ(news.lineage().names_size(), 1);
  ASSERT_THAT(news.forms(), SizeIs(1));
  EXPECT_EQ(news.forms(0).form_id(), "school");
  int items = 0;
  for (const v1::BucketNews& bucket : news.buckets()) {
    for (const v1::NewsItem& item : bucket.items()) {
      EXPECT_TRUE(DecodePulled(item.record()).ok());
      ++items;
    }
  }
  EXPECT_EQ(items, 2);
  EXPECT_EQ(news.durable().seq(), news.head());
}

TEST_F(SyncServiceTest, TheSameRequestAgainDoesNothingMore) {
  const v1::SyncRequest request = Request("amina", {CreationOf(1)});
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  const std::uint64_t seq = response_.surveys(0).outcomes(0).seq();
  const Seq head = schools_.Head().seq;
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).outcomes(0).seq(), seq);
  EXPECT_EQ(schools_.Head().seq, head);
}

TEST_F(SyncServiceTest, FromTheCursorThereIsNothingNew) {
  ASSERT_THAT(Sync(Request("amina", {CreationOf(1)})), HasCode(grpc::OK));
  v1::SyncRequest next = Request("amina");
  next.mutable_surveys(0)->set_cursor(response_.surveys(0).cursor());
  next.mutable_surveys(0)->set_log(response_.surveys(0).log());
  next.mutable_surveys(0)->set_forms(1);
  ASSERT_THAT(Sync(next), HasCode(grpc::OK));
  const v1::SurveyNews& news = response_.surveys(0);
  for (const v1::BucketNews& bucket : news.buckets()) {
    EXPECT_THAT(bucket.items(), IsEmpty());
  }
  EXPECT_FALSE(news.more());
  EXPECT_FALSE(news.has_lineage());
  EXPECT_THAT(news.forms(), IsEmpty());
}

TEST_F(SyncServiceTest, AStreamIsTheSameExchangeRepeated) {
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  context.AddMetadata("chasqui-device", "tablet");
  const auto stream = stub.SyncStream(&context);
  for (std::uint8_t school = 1; school <= 3; ++school) {
    ASSERT_TRUE(stream->Write(Request("amina", {CreationOf(school)})));
    ASSERT_TRUE(stream->Read(&response_));
    EXPECT_EQ(response_.surveys(0).end().number(), school);
  }
  stream->WritesDone();
  EXPECT_FALSE(stream->Read(&response_));
  EXPECT_THAT(stream->Finish(), HasCode(grpc::OK));
}

// One that is idle would otherwise be waited for, and then be cancelled.
TEST_F(SyncServiceTest, AnIdleStreamEndsWhenTheServerDrains) {
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  context.AddMetadata("chasqui-device", "tablet");
  const auto stream = stub.SyncStream(&context);
  ASSERT_TRUE(stream->Write(Request("amina", {CreationOf(1)})));
  ASSERT_TRUE(stream->Read(&response_));
  std::thread draining([this] { server_->Drain(); });
  EXPECT_FALSE(stream->Read(&response_));
  EXPECT_THAT(stream->Finish(),
              HasCode(grpc::UNAVAILABLE, HasSubstr("closing")));
  draining.join();
}

TEST_F(SyncServiceTest, NeedsADeviceName) {
  EXPECT_THAT(Sync(Request("amina"), ""),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("chasqui-device")));
  EXPECT_THAT(Sync(Request("amina"), "a/b"), HasCode(grpc::UNAUTHENTICATED));
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  const auto stream = stub.SyncStream(&context);
  EXPECT_FALSE(stream->Read(&response_));
  EXPECT_THAT(stream->Finish(), HasCode(grpc::UNAUTHENTICATED));
}

TEST_F(SyncServiceTest, AnUnknownSurveyDoesNotDisturbTheOthers) {
  v1::SyncRequest request = Request("amina", {CreationOf(1)});
  request.add_surveys()->set_survey("roads");
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_THAT(response_.surveys(0).outcomes(), SizeIs(1));
  EXPECT_EQ(response_.surveys(1).error_code(), grpc::NOT_FOUND);
  EXPECT_THAT(response_.surveys(1).error_message(), HasSubstr("roads"));
}

TEST_F(SyncServiceTest, AStrangersChangesAreTakenAndNothingIsTold) {
  v1::SyncRequest request =
      Request("nobody", {EncodeChange(schools_.Creation("nobody", School(1),
                                                        "lga1", "A school"))});
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  const v1::SurveyNews& news = response_.surveys(0);
  EXPECT_EQ(news.error_code(), grpc::PERMISSION_DENIED);
  ASSERT_THAT(news.outcomes(), SizeIs(1));
  EXPECT_EQ(news.outcomes(0).outcome().reason(),
            v1::QUARANTINE_REASON_UNKNOWN_PERSON);
  EXPECT_THAT(news.buckets(), IsEmpty());
}

TEST_F(SyncServiceTest, AnUnreadableChangeHarmsNoOther) {
  ASSERT_THAT(Sync(Request("amina", {CreationOf(1), "rubbish", CreationOf(2)})),
              HasCode(grpc::OK));
  const v1::SurveyNews& news = response_.surveys(0);
  ASSERT_THAT(news.outcomes(), SizeIs(3));
  EXPECT_EQ(news.outcomes(0).outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_EQ(news.outcomes(1).outcome().reason(),
            v1::QUARANTINE_REASON_UNREADABLE);
  EXPECT_EQ(news.outcomes(2).outcome().kind(), v1::OUTCOME_KIND_APPLIED);
}

TEST_F(SyncServiceTest, AWrongTypeWaitsInQuarantine) {
  Change change = schools_.Creation("amina", School(1), "lga1", "A");
  change.ops.push_back(schools_.Set("pupils", Value::Text("many")));
  ASSERT_THAT(Sync(Request("amina", {EncodeChange(change)})),
              HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).outcomes(0).outcome().reason(),
            v1::QUARANTINE_REASON_WRONG_TYPE);
}

TEST_F(SyncServiceTest, ABrokenCursorStopsNoChanges) {
  v1::SyncRequest request = Request("amina", {CreationOf(1)});
  request.mutable_surveys(0)->set_cursor("rubbish");
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(response_.surveys(0).outcomes(), SizeIs(1));
}

TEST_F(SyncServiceTest, MalformedBatchesAreRefusedByThemselves) {
  const auto error_of = [this](auto spoil) {
    v1::SyncRequest request = Request("amina", {CreationOf(1)}, "spare");
    spoil(*request.mutable_surveys(0)->mutable_batch());
    EXPECT_THAT(Sync(request), HasCode(grpc::OK));
    return response_.surveys(0).error_code();
  };
  EXPECT_EQ(error_of([](v1::ChangeBatch& b) { b.set_before("short"); }),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error_of([](v1::ChangeBatch& b) { b.set_first(0); }),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error_of([](v1::ChangeBatch& b) { b.add_told()->set_index(1); }),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(error_of([](v1::ChangeBatch& b) {
              b.add_told()->set_lo_ms(5);  // past hi
            }),
            grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SyncServiceTest, ABatchMayHaveAThousandChanges) {
  v1::SyncRequest request =
      Request("amina", std::vector<std::string>(kBatchChangesMax, "x"));
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_THAT(response_.surveys(0).outcomes(), SizeIs(kBatchChangesMax));

  request = Request(
      "amina", std::vector<std::string>(kBatchChangesMax + 1, "x"), "other");
  ASSERT_THAT(Sync(request, "other"), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(response_.surveys(0).error_message(), HasSubstr("1000"));
  EXPECT_THAT(response_.surveys(0).outcomes(), IsEmpty());
}

TEST_F(SyncServiceTest, AnExchangeMayHaveSixteenSurveysEachOnce) {
  v1::SyncRequest request;
  for (int i = 0; i < kExchangeSurveysMax; ++i) {
    request.add_surveys()->set_survey("s" + std::to_string(i));
  }
  EXPECT_THAT(Sync(request), HasCode(grpc::OK));
  request.add_surveys()->set_survey("one-more");
  EXPECT_THAT(Sync(request),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("16")));

  v1::SyncRequest twice = Request("amina");
  *twice.add_surveys() = twice.surveys(0);
  EXPECT_THAT(Sync(twice),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("twice")));
}

TEST_F(SyncServiceTest, NewsHaveALimit) {
  v1::SyncRequest request = Request("amina");
  request.set_news_bytes_max(kNewsBytesMax);
  EXPECT_THAT(Sync(request), HasCode(grpc::OK));
  request.set_news_bytes_max(kNewsBytesMax + 1);
  EXPECT_THAT(Sync(request), HasCode(grpc::StatusCode::INVALID_ARGUMENT,
                                     HasSubstr("1048576")));
}

TEST_F(SyncServiceTest, LineagesHaveALimit) {
  v1::SyncRequest request = Request("amina");
  for (int i = 0; i < kExchangeLineagesMax; ++i) {
    request.mutable_surveys(0)->add_lineages()->add_names()->set_log(1);
  }
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).error_code(), 0);
  request.mutable_surveys(0)->add_lineages();
  ASSERT_THAT(Sync(request), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

// An oversized change of somebody else's client arrives, and waits.
TEST_F(SyncServiceTest, MessagesMayHaveFourMegabytes) {
  const std::string big((4 << 20) - 1000, 'x');
  ASSERT_THAT(Sync(Request("amina", {big})), HasCode(grpc::OK));
  EXPECT_EQ(response_.surveys(0).outcomes(0).outcome().kind(),
            v1::OUTCOME_KIND_QUARANTINED);

  const std::string bigger(4 << 20, 'x');
  EXPECT_THAT(Sync(Request("amina", {bigger}, "other"), "other"),
              HasCode(grpc::RESOURCE_EXHAUSTED));
  EXPECT_THAT(Sync(Request("amina")), HasCode(grpc::OK));
}

TEST_F(SyncServiceTest, NewsComeInPages) {
  for (std::uint8_t i = 1; i <= 20; ++i) {
    schools_.Deliver("t", schools_.Creation("amina", School(i), "lga1",
                                            std::string(1000, 'x')));
  }
  v1::SyncRequest request = Request("amina");
  request.set_news_bytes_max(2000);
  int exchanges = 0;
  int items = 0;
  do {
    ASSERT_THAT(Sync(request), HasCode(grpc::OK));
    const v1::SurveyNews& news = response_.surveys(0);
    ASSERT_EQ(news.error_code(), 0) << news.error_message();
    for (const v1::BucketNews& bucket : news.buckets()) {
      items += bucket.items_size();
    }
    request.mutable_surveys(0)->set_cursor(news.cursor());
    request.mutable_surveys(0)->set_forms(1);
    ASSERT_LT(++exchanges, 100);
  } while (response_.surveys(0).more());
  EXPECT_EQ(items, 20);
  EXPECT_GT(exchanges, 5);
}

}  // namespace
}  // namespace chasqui::server
