// Changes no client of ours would send: each arrives, waits in quarantine by
// itself, and can be put before a person.

#include <string>
#include <utility>
#include <vector>

#include "server/limits.h"
#include "sync/bytes.h"
#include "sync/change.h"
#include "sync/cursor.h"
#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Ne;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;

constexpr auto kUnreadable = v1::QUARANTINE_REASON_UNREADABLE;
constexpr auto kOversized = v1::QUARANTINE_REASON_OVERSIZED;
constexpr auto kNone = v1::QUARANTINE_REASON_UNSPECIFIED;

class BadChangesTest : public RunningServer {
 protected:
  // An exchange that brings `changes`, the next of the device.
  v1::SyncRequest Request(const std::vector<std::string>& changes) {
    v1::SyncRequest request;
    v1::SurveyExchange& exchange = *request.add_surveys();
    exchange.set_survey(SchoolSurvey::kName);
    exchange.set_person("amina");
    exchange.set_pull(true);
    for (const std::string& bytes : changes) {
      const Batch batch = schools_.Next("tablet", bytes);
      v1::ChangeBatch& wire = *exchange.mutable_batch();
      if (wire.changes().empty()) {
        wire.set_first(batch.first);
        wire.set_before(std::string(batch.before.view()));
      }
      wire.add_changes(bytes);
    }
    return request;
  }

  grpc::Status Exchange(const v1::SyncRequest& request) {
    response_.Clear();
    return Call(&v1::SyncService::Stub::Sync, request, response_, "", "tablet");
  }

  // Sends `bad` between two good changes, which must take effect. Returns why
  // each of the bad ones is in quarantine.
  std::vector<v1::QuarantineReason> SendBetweenGoodOnes(
      const std::vector<std::string>& bad) {
    const std::uint8_t first = ++schools_made_;
    std::vector<std::string> changes = {GoodOne(first)};
    changes.insert(changes.end(), bad.begin(), bad.end());
    const std::uint8_t last = ++schools_made_;
    changes.push_back(GoodOne(last));
    EXPECT_THAT(Exchange(Request(changes)), HasCode(grpc::OK));
    const v1::SurveyNews& news = response_.surveys(0);
    EXPECT_EQ(news.error_code(), 0) << news.error_message();
    std::vector<v1::QuarantineReason> reasons;
    for (const v1::ChangeOutcome& outcome : news.outcomes()) {
      reasons.push_back(outcome.outcome().reason());
    }
    EXPECT_THAT(reasons, SizeIs(changes.size()));
    EXPECT_EQ(reasons.front(), kNone);
    EXPECT_EQ(reasons.back(), kNone);
    EXPECT_TRUE(Exists(first));
    EXPECT_TRUE(Exists(last));
    return {reasons.begin() + 1, reasons.end() - 1};
  }

  std::string GoodOne(std::uint8_t school) const {
    return EncodeChange(
        schools_.Creation("amina", School(school), "lga1", "Good"));
  }
  // A change to a school that is there, with these writes.
  std::string With(std::vector<Op> ops) {
    const std::uint8_t school = ++schools_made_;
    schools_.Deliver(
        "other", schools_.Creation("amina", School(school), "lga1", "There"));
    Change change = schools_.Edit("amina", School(school), schools_.Head());
    change.ops = std::move(ops);
    return EncodeChange(change);
  }
  // As many writes as told, each of another field.
  static Change WithWrites(Change change, std::size_t count) {
    change.ops.clear();
    Op op;
    op.kind = OpKind::kSet;
    op.value = Value::Text("x");
    for (std::size_t i = 0; i < count; ++i) {
      op.at.field = static_cast<std::uint32_t>(1000 + i);
      change.ops.push_back(op);
    }
    return change;
  }
  bool Exists(std::uint8_t school) const {
    return schools_.Read()->FindRecord(School(school))->has_value();
  }
  v1::ListQuarantineResponse Quarantine() const {
    v1::ListQuarantineRequest request;
    request.set_survey(SchoolSurvey::kName);
    v1::ListQuarantineResponse response;
    EXPECT_THAT(
        Call(&v1::RecordService::Stub::ListQuarantine, request, response),
        HasCode(grpc::OK));
    return response;
  }
  v1::Outcome Release(std::uint64_t seq) const {
    v1::ReleaseQuarantineRequest request;
    request.set_survey(SchoolSurvey::kName);
    request.set_seq(seq);
    v1::ReleaseQuarantineResponse response;
    EXPECT_THAT(
        Call(&v1::RecordService::Stub::ReleaseQuarantine, request, response),
        HasCode(grpc::OK));
    return response.result().outcome();
  }

  std::uint8_t schools_made_ = 0;
  v1::SyncResponse response_;
};

TEST_F(BadChangesTest, WhateverAGoodOneIsCutTo) {
  const std::string good = GoodOne(200);
  std::vector<std::string> bad;
  for (std::size_t size = 0; size < good.size(); ++size) {
    bad.push_back(good.substr(0, size));
  }
  bad.push_back(good + '\0');
  bad.push_back(std::string(1000, '\xff'));
  EXPECT_THAT(SendBetweenGoodOnes(bad), Each(kUnreadable));
  EXPECT_FALSE(Exists(200));
  const v1::ListQuarantineResponse held = Quarantine();
  ASSERT_THAT(held.changes(), SizeIs(bad.size()));
  EXPECT_EQ(held.changes(1).bytes(), 1U);
  EXPECT_EQ(held.changes(1).by().device(), "tablet");
}

TEST_F(BadChangesTest, ARecordIdOfAnotherLength) {
  const std::string good = GoodOne(200);
  std::string shorter = good;
  shorter.erase(2, 1);
  std::string longer = good;
  longer.insert(2, 1, 'x');
  std::string zero = good;
  zero.replace(2, 16, std::string(16, '\0'));
  // What is too long reads as another form at best.
  EXPECT_THAT(SendBetweenGoodOnes({shorter, longer, zero}), Each(Ne(kNone)));
  EXPECT_FALSE(Exists(200));
}

TEST_F(BadChangesTest, ValuesOfAnotherTypeAndFieldsNobodyHas) {
  Op nowhere = schools_.Set("pupils", Value::Integer(1));
  nowhere.at.field = 9'999;
  Op broken = schools_.Set("pupils", Value::Integer(1));
  broken.value.payload = std::string(20, '\xff');
  Op not_text = schools_.Set("name", Value::Text("\xff\xfe"));
  EXPECT_THAT(
      SendBetweenGoodOnes({With({schools_.Set("pupils", Value::Text("many"))}),
                           With({nowhere}), With({broken}), With({not_text})}),
      ElementsAre(v1::QUARANTINE_REASON_WRONG_TYPE,
                  v1::QUARANTINE_REASON_UNKNOWN_FIELD, kUnreadable,
                  kUnreadable));
}

TEST_F(BadChangesTest, AFormNobodyPublished) {
  Change change = schools_.Creation("amina", School(200), "lga1", "A");
  change.form = 77;
  EXPECT_THAT(SendBetweenGoodOnes({EncodeChange(change)}),
              ElementsAre(v1::QUARANTINE_REASON_UNKNOWN_FORM));
  // It waits for the form, and for a person.
  EXPECT_THAT(Quarantine().changes(), SizeIs(1));
}

TEST_F(BadChangesTest, ATextOfAMegabyte) {
  Change change = schools_.Creation("amina", School(200), "lga1",
                                    std::string(1 << 20, 'x'));
  const std::string bytes = EncodeChange(change);
  EXPECT_THAT(SendBetweenGoodOnes({bytes}), ElementsAre(kOversized));
  const v1::ListQuarantineResponse held = Quarantine();
  ASSERT_THAT(held.changes(), SizeIs(1));
  EXPECT_EQ(held.changes(0).bytes(), bytes.size());
  // A person cannot make it fit.
  EXPECT_EQ(Release(held.changes(0).by().seq()).kind(),
            v1::OUTCOME_KIND_QUARANTINED);
  EXPECT_FALSE(Exists(200));
}

TEST_F(BadChangesTest, TheLargestMessageIsOneChange) {
  const std::string bytes(static_cast<std::size_t>(kMessageBytesMax) - 2'000,
                          'x');
  EXPECT_THAT(SendBetweenGoodOnes({bytes}), ElementsAre(kOversized));
}

TEST_F(BadChangesTest, TenThousandWritesAndOneMore) {
  const Change change = schools_.Creation("amina", School(200), "lga1", "A");
  const std::string most = EncodeChange(WithWrites(change, kChangeOpsMax));
  const std::string more = EncodeChange(WithWrites(change, kChangeOpsMax + 1));
  ASSERT_LT(more.size(), kChangeBytesMax);
  EXPECT_THAT(SendBetweenGoodOnes({most, more}),
              ElementsAre(v1::QUARANTINE_REASON_UNKNOWN_FIELD, kUnreadable));
}

TEST_F(BadChangesTest, WhatIsReleasedTakesEffect) {
  // Submitted and approved at once: not for those who collect.
  Change change = schools_.Creation("amina", School(200), "lga1", "A");
  for (Op& op : change.ops) {
    if (op.kind == OpKind::kSetStatus) op.to = RecordStatus::kApproved;
  }
  EXPECT_THAT(SendBetweenGoodOnes({EncodeChange(change)}),
              ElementsAre(v1::QUARANTINE_REASON_FORBIDDEN_STEP));
  const v1::ListQuarantineResponse held = Quarantine();
  ASSERT_THAT(held.changes(), SizeIs(1));
  EXPECT_EQ(Release(held.changes(0).by().seq()).kind(),
            v1::OUTCOME_KIND_APPLIED);
  EXPECT_TRUE(Exists(200));
  EXPECT_THAT(Quarantine().changes(), SizeIs(0));
}

TEST_F(BadChangesTest, BasesOfALogNobodyKnows) {
  const std::uint8_t school = ++schools_made_;
  schools_.Deliver("other",
                   schools_.Creation("amina", School(school), "lga1", "A"));
  Change change = schools_.Edit("amina", School(school),
                                Position{LogName{0x5eed}, 1'000'000});
  change.ops = {schools_.Set("pupils", Value::Integer(7))};
  // It had seen nothing that is shared.
  EXPECT_THAT(SendBetweenGoodOnes({EncodeChange(change)}), ElementsAre(kNone));
}

TEST_F(BadChangesTest, CursorsThatAreNone) {
  ASSERT_THAT(Exchange(Request({GoodOne(++schools_made_)})), HasCode(grpc::OK));
  const std::string good = response_.surveys(0).cursor();
  for (const std::string& cursor :
       {good.substr(1), good.substr(0, good.size() - 1), good + "x",
        std::string(1 << 20, 'x')}) {
    v1::SyncRequest request = Request({GoodOne(++schools_made_)});
    request.mutable_surveys(0)->set_cursor(cursor);
    ASSERT_THAT(Exchange(request), HasCode(grpc::OK));
    EXPECT_EQ(response_.surveys(0).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_THAT(response_.surveys(0).error_message(), HasSubstr("cursor"));
    EXPECT_TRUE(Exists(schools_made_));
  }
}

TEST_F(BadChangesTest, ACursorOfAnotherLogCountsAsNothing) {
  ASSERT_THAT(Exchange(Request({GoodOne(1), GoodOne(2)})), HasCode(grpc::OK));
  auto cursor = DecodeCursor(response_.surveys(0).cursor());
  ASSERT_TRUE(cursor.ok());
  const Position foreign{LogName{0x5eed}, 1'000'000};
  for (auto& [bucket, at] : cursor->buckets) at.complete = foreign;
  cursor->notices = foreign;
  v1::SyncRequest request = Request({});
  request.mutable_surveys(0)->set_cursor(EncodeCursor(*cursor));
  ASSERT_THAT(Exchange(request), HasCode(grpc::OK));
  const v1::SurveyNews& news = response_.surveys(0);
  ASSERT_EQ(news.error_code(), 0) << news.error_message();
  int items = 0;
  for (const v1::BucketNews& bucket : news.buckets()) {
    items += bucket.items_size();
  }
  EXPECT_EQ(items, 2);
}

}  // namespace
}  // namespace chasqui::server
