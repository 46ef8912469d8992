#include "client/exchange_wire.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/page.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

template <typename Name>
Name Named(std::uint8_t byte) {
  Name name;
  name.bytes.fill(byte);
  return name;
}

std::string Sixteen(char byte) { return std::string(16, byte); }

PulledRecord School(Seq seq) {
  PulledRecord record;
  record.id = Named<RecordId>(7);
  record.seq = seq;
  record.form = 1;
  record.whole = true;
  FieldState& name = record.fields.emplace_back();
  name.field = kFirstFormField;
  name.live.push_back({seq, Value::Text("Ogwule")});
  return record;
}

// A response with everything in it that a server may say of one survey.
v1::SyncResponse FullResponse() {
  v1::SyncResponse response;
  response.set_received_ms(1'400'000'000'000);
  response.set_retry_after_ms(250);
  v1::SurveyNews& news = *response.add_surveys();
  news.set_survey("census");
  news.set_log(0xabc);
  news.set_head(90);
  v1::LogPosition& older = *news.mutable_lineage()->add_names();
  older.set_log(0x123);
  older.set_seq(1);
  v1::LogPosition& present = *news.mutable_lineage()->add_names();
  present.set_log(0xabc);
  present.set_seq(40);
  v1::ChangeOutcome& taken = *news.add_outcomes();
  taken.set_number(5);
  taken.set_seq(88);
  taken.set_lo_ms(10);
  taken.set_at_ms(20);
  taken.set_hi_ms(30);
  taken.mutable_outcome()->set_kind(v1::OUTCOME_KIND_SUPERSEDED);
  v1::FieldOutcome& field = *taken.mutable_outcome()->add_fields();
  field.set_row(Sixteen('\1'));
  field.set_field(33);
  field.set_kind(v1::OUTCOME_KIND_SUPERSEDED);
  field.set_policy(v1::CONFLICT_POLICY_MAX);
  field.set_by(87);
  news.mutable_end()->set_number(5);
  news.mutable_end()->set_h(Sixteen('\2'));
  v1::BucketNews& bucket = *news.add_buckets();
  bucket.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
  bucket.mutable_bucket()->set_name("BE-01");
  bucket.set_last(true);
  bucket.mutable_complete()->set_log(0xabc);
  bucket.mutable_complete()->set_seq(90);
  v1::NewsItem& changed = *bucket.add_items();
  changed.set_record(EncodePulled(School(80)));
  changed.set_seq(80);
  v1::NewsItem& left = *bucket.add_items();
  left.set_left(Sixteen('\3'));
  left.set_seq(85);
  v1::BucketName& lost = *news.add_lost();
  lost.set_kind(v1::BUCKET_KIND_PERSON);
  lost.set_name("amina");
  v1::OutcomeNotice& notice = *news.add_notices();
  notice.set_seq(60);
  notice.set_number(4);
  notice.set_h(Sixteen('\4'));
  notice.mutable_outcome()->set_kind(v1::OUTCOME_KIND_REVIEW);
  news.set_cursor("opaque");
  news.set_more(true);
  news.mutable_durable()->set_log(0xabc);
  news.mutable_durable()->set_seq(70);
  news.add_forms()->set_number(2);
  return response;
}

v1::SurveyNews& NewsOf(v1::SyncResponse& response) {
  return *response.mutable_surveys(0);
}

TEST(ResponseFromWireTest, ReadsWhatTheServerSaysOfASurvey) {
  const auto response = ResponseFromWire(FullResponse());
  ASSERT_OK(response);
  EXPECT_EQ(response->received_ms, 1'400'000'000'000);
  EXPECT_EQ(response->retry_after_ms, 250U);
  ASSERT_THAT(response->surveys, SizeIs(1));
  const SurveyNews& news = response->surveys[0];
  EXPECT_EQ(news.survey, "census");
  EXPECT_OK(news.error);
  EXPECT_EQ(news.log, LogName{0xabc});
  EXPECT_EQ(news.head, 90U);
  EXPECT_EQ(news.lineage, (Lineage{{LogName{0x123}, 1}, {LogName{0xabc}, 40}}));
  EXPECT_THAT(news.lost, ElementsAre(Bucket{BucketKind::kPerson, "amina"}));
  EXPECT_EQ(news.cursor, "opaque");
  EXPECT_TRUE(news.more);
  EXPECT_EQ(news.durable, (Position{LogName{0xabc}, 70}));
  ASSERT_THAT(news.forms, SizeIs(1));
  EXPECT_EQ(news.forms[0].number, 2U);
}

TEST(ResponseFromWireTest, ReadsWhatBecameOfChanges) {
  const auto response = ResponseFromWire(FullResponse());
  ASSERT_OK(response);
  const SurveyNews& news = response->surveys.at(0);
  ASSERT_TRUE(news.answer.has_value());
  EXPECT_EQ(news.answer->end, (ChainEnd{5, Named<ChainHash>(2)}));
  ASSERT_THAT(news.answer->changes, SizeIs(1));
  const ChangeAnswer& taken = news.answer->changes[0];
  EXPECT_EQ(taken.number, 5U);
  EXPECT_EQ(taken.seq, 88U);
  EXPECT_EQ(taken.time.lo, 10);
  EXPECT_EQ(taken.time.at, 20);
  EXPECT_EQ(taken.time.hi, 30);
  EXPECT_EQ(taken.outcome.kind, OutcomeKind::kSuperseded);
  FieldOutcome field;
  field.at = {Named<RowId>(1), 33, 0};
  field.kind = OutcomeKind::kSuperseded;
  field.policy = Policy::kMax;
  field.by = 87;
  EXPECT_THAT(taken.outcome.fields, ElementsAre(field));
  ASSERT_THAT(news.notices, SizeIs(1));
  EXPECT_EQ(news.notices[0].h, Named<ChainHash>(4));
  EXPECT_EQ(news.notices[0].outcome.kind, OutcomeKind::kReview);
}

TEST(ResponseFromWireTest, ReadsFeedsAndKeepsRecordsAsTheyCame) {
  const auto response = ResponseFromWire(FullResponse());
  ASSERT_OK(response);
  ASSERT_THAT(response->surveys.at(0).buckets, SizeIs(1));
  const BucketNews& bucket = response->surveys[0].buckets[0];
  EXPECT_EQ(bucket.bucket, (Bucket{BucketKind::kArea, "BE-01"}));
  EXPECT_TRUE(bucket.last);
  EXPECT_FALSE(bucket.restarts);
  ASSERT_THAT(bucket.items, SizeIs(2));
  EXPECT_FALSE(bucket.items[0].left);
  EXPECT_EQ(bucket.items[0].record, Named<RecordId>(7));
  EXPECT_EQ(bucket.items[0].bytes, EncodePulled(School(80)));
  EXPECT_TRUE(bucket.items[1].left);
  EXPECT_EQ(bucket.items[1].record, Named<RecordId>(3));
  EXPECT_EQ(bucket.items[1].seq, 85U);
  EXPECT_THAT(bucket.items[1].bytes, IsEmpty());
}

TEST(ResponseFromWireTest, ASurveyWithoutABatchHasNoAnswer) {
  v1::SyncResponse wire;
  wire.add_surveys()->set_survey("census");
  const auto response = ResponseFromWire(wire);
  ASSERT_OK(response);
  EXPECT_FALSE(response->surveys.at(0).answer.has_value());
  EXPECT_FALSE(response->surveys[0].lineage.has_value());
}

TEST(ResponseFromWireTest, AnErrorIsOfItsSurveyAlone) {
  v1::SyncResponse wire = FullResponse();
  v1::SurveyNews& gone = *wire.add_surveys();
  gone.set_survey("gone");
  gone.set_error_code(static_cast<int>(absl::StatusCode::kNotFound));
  gone.set_error_message("no survey \"gone\"");
  const auto response = ResponseFromWire(wire);
  ASSERT_OK(response);
  EXPECT_OK(response->surveys.at(0).error);
  EXPECT_THAT(response->surveys.at(1).error,
              StatusIs(absl::StatusCode::kNotFound, "no survey \"gone\""));
}

TEST(ResponseFromWireTest, SkipsBucketsOfKindsThatAreNotKnown) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_buckets(0)->mutable_bucket()->set_kind(
      static_cast<v1::BucketKind>(9));
  NewsOf(wire).mutable_lost(0)->set_kind(static_cast<v1::BucketKind>(9));
  const auto response = ResponseFromWire(wire);
  ASSERT_OK(response);
  EXPECT_THAT(response->surveys.at(0).buckets, IsEmpty());
  EXPECT_THAT(response->surveys.at(0).lost, IsEmpty());
}

TEST(ResponseFromWireTest, AnOutcomeThatIsNotKnownCountsAsApplied) {
  v1::SyncResponse wire = FullResponse();
  v1::Outcome& outcome = *NewsOf(wire).mutable_outcomes(0)->mutable_outcome();
  outcome.set_kind(static_cast<v1::OutcomeKind>(77));
  outcome.set_reason(static_cast<v1::QuarantineReason>(1'000));
  const auto response = ResponseFromWire(wire);
  ASSERT_OK(response);
  const Outcome& read = response->surveys.at(0).answer->changes.at(0).outcome;
  EXPECT_EQ(read.kind, OutcomeKind::kApplied);
  // The largest there is: not one that means something.
  EXPECT_EQ(static_cast<int>(read.reason), 255);
}

// What breaks the protocol is refused, and the words say where it was.
TEST(ResponseFromWireTest, RefusesAChainHashOfAnotherLength) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_end()->set_h("short");
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, AllOf(HasSubstr("survey \"census\""),
                                       HasSubstr("not 16 bytes"))));
}

TEST(ResponseFromWireTest, RefusesARowOfAnotherLength) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire)
      .mutable_outcomes(0)
      ->mutable_outcome()
      ->mutable_fields(0)
      ->set_row("row");
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, AllOf(HasSubstr("change 5"),
                                       HasSubstr("row is not 16 bytes"))));
}

TEST(ResponseFromWireTest, RefusesATimeThatIsNoInterval) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_outcomes(0)->set_at_ms(31);
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid,
                       AllOf(HasSubstr("change 5"), HasSubstr("no interval"))));
}

TEST(ResponseFromWireTest, RefusesANoticeWithoutItsHash) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_notices(0)->clear_h();
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("notice of change 4")));
}

TEST(ResponseFromWireTest, RefusesARecordThatDoesNotDecode) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire)
      .mutable_buckets(0)
      ->mutable_items(0)
      ->mutable_record()
      ->pop_back();
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("bucket area/BE-01, seq 80")));
}

TEST(ResponseFromWireTest, RefusesARecordAtAnotherSeqThanItsEntry) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_buckets(0)->mutable_items(0)->set_seq(81);
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("its record is at seq 80")));
}

TEST(ResponseFromWireTest, RefusesAnEntryThatNamesNoRecord) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_buckets(0)->mutable_items(1)->set_left("");
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("no id of 16 bytes")));
}

TEST(ResponseFromWireTest, RefusesALineageThatEndsInAnotherName) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).set_log(0x999);
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("does not end in the log's name")));
}

TEST(ResponseFromWireTest, RefusesALineageOutOfOrder) {
  v1::SyncResponse wire = FullResponse();
  NewsOf(wire).mutable_lineage()->mutable_names(0)->set_seq(41);
  EXPECT_THAT(ResponseFromWire(wire),
              StatusIs(kInvalid, HasSubstr("out of order")));
}

}  // namespace
}  // namespace chasqui::client
