// What was to make a record and did not has personal answers too: they can be
// erased, and nothing makes the record afterwards.

#include "server/unmade_records.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/erasing_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using chasqui::testing::IsOkAndHolds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Key;

class UnmadeRecordsTest : public ErasingTest {
 protected:
  // By somebody whom the survey does not know: it waits.
  Seq SendCreation(std::uint8_t number, std::uint32_t form = 1) {
    Change change;
    change.record = Numbered(number);
    change.creates = true;
    change.form = form;
    change.person = "nobody";
    Op name;
    name.at.field = testing::kX;
    name.value = Value::Text("Ada");
    change.ops = {name};
    return Send(EncodeChange(change));
  }
  std::map<RecordId, UnmadeRecord> Unmade() {
    return *UnmadeRecords(**store().Snapshot(), kept_);
  }
  std::optional<Record> Find(std::uint8_t number) {
    return *(*store().Snapshot())->FindRecord(Numbered(number));
  }
  grpc::Status EraseIt(std::uint8_t number, Seq& seq) {
    v1::EraseRecordRequest request;
    request.set_survey("census");
    request.set_record(std::string(Numbered(number).view()));
    v1::EraseRecordResponse response;
    grpc::Status status =
        Call(&v1::RecordService::Stub::EraseRecord, request, response);
    seq = response.seq();
    return status;
  }
  QuarantineReason ReasonOf(Seq change) {
    return (*(*store().Snapshot())->FindHeld(change))->reason;
  }
};

TEST_F(UnmadeRecordsTest, AreWhatOnlyWaitsOrWasRejected) {
  Bring(1);
  SendCreation(2);
  Reject(SendCreation(3));
  SendCreation(4, /*form=*/9);
  Send("no change: phone 0804");
  const auto unmade = Unmade();
  EXPECT_THAT(unmade, ElementsAre(Key(Numbered(2)), Key(Numbered(3)),
                                  Key(Numbered(4))));
  for (const auto& [id, each] : unmade) {
    EXPECT_EQ(each.form, 1U);
    EXPECT_NE(each.received_ms, 0);
  }
}

TEST_F(UnmadeRecordsTest, AreErasedAndNeverMade) {
  const Seq waiting = SendCreation(2);
  Seq erased = 0;
  const grpc::Status status = EraseIt(2, erased);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_FALSE(HasKey(2));
  EXPECT_THAT(Unmade(), IsEmpty());
  const std::optional<Record> record = Find(2);
  ASSERT_TRUE(record.has_value());
  EXPECT_TRUE(record->gone);
  EXPECT_EQ(record->erased, erased);
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);

  std::vector<ServerEntry> release;
  release.emplace_back(QuarantineReleased{waiting, "olga"});
  ASSERT_OK(SubmitAndWait(store(), std::move(release)).status());
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  Bring(2);
  EXPECT_TRUE(Find(2)->gone);

  Seq again = 0;
  EXPECT_TRUE(EraseIt(2, again).ok());
  EXPECT_EQ(again, erased);
}

TEST_F(UnmadeRecordsTest, SoIsWhatWasRejected) {
  Reject(SendCreation(2));
  Seq erased = 0;
  ASSERT_TRUE(EraseIt(2, erased).ok());
  EXPECT_NE(erased, 0U);
  EXPECT_FALSE(HasKey(2));
}

TEST_F(UnmadeRecordsTest, AreFinishedAtTheStart) {
  SendCreation(2);
  std::vector<ServerEntry> entries;
  entries.emplace_back(RecordErased{Numbered(2), "olga", 1});
  ASSERT_OK(SubmitAndWait(store(), std::move(entries)).status());
  EXPECT_TRUE(HasKey(2));
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_FALSE(HasKey(2));
}

// A log that was restored to before: nobody can let it in any more.
TEST_F(UnmadeRecordsTest, WhoseKeyIsGoneAreErasedAgain) {
  const Seq waiting = SendCreation(2);
  SendCreation(3);
  ASSERT_OK(kept_.Destroy("census", {{Numbered(2), 99}}));
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_NE(Find(2)->erased, 0U);
  EXPECT_EQ(ReasonOf(waiting), QuarantineReason::kRecordErased);
  EXPECT_EQ(Find(3), std::nullopt);
  EXPECT_TRUE(HasKey(3));
}

// Somebody has let it in meanwhile: it has not expired.
TEST_F(UnmadeRecordsTest, WhatHasComeSinceStays) {
  Bring(1);
  ASSERT_OK(
      Erase(store(), "census", {{Numbered(1), "", /*form=*/1}}, personal_));
  EXPECT_EQ(Find(1)->erased, 0U);
  EXPECT_TRUE(HasKey(1));
}

TEST_F(UnmadeRecordsTest, AreNotKeptForLonger) {
  SendCreation(2);
  clock_.now_ms += 48 * 3'600'000;
  SendCreation(3);
  const std::int64_t now = absl::ToUnixMillis(clock_.Now());
  EXPECT_THAT(EraseOlder(store(), now - 24 * 3'600'000, personal_),
              IsOkAndHolds(1U));
  EXPECT_FALSE(HasKey(2));
  EXPECT_TRUE(HasKey(3));
}

TEST_F(UnmadeRecordsTest, OfOthersNothingIsKnown) {
  Bring(1);
  Seq erased = 0;
  const grpc::Status status = EraseIt(9, erased);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(status.error_message(), HasSubstr("no record"));
  EXPECT_EQ(erased, 0U);
  EXPECT_EQ(Find(9), std::nullopt);
}

}  // namespace
}  // namespace chasqui::server
