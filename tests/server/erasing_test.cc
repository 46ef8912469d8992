// Erasing: what the log and the keys say of it, whatever cuts it short; and
// retention.

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/personal.h"
#include "server/unsealing.h"
#include "storage/catalog.h"
#include "sync/personal/memory_key_store.h"
#include "sync/personal/sealing.h"
#include "tests/server/erasing_fixture.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/household_form.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

TEST_F(ErasingTest, ARecordIsErasedInTheLogAndThenItsKeyGoes) {
  Bring(1);
  Bring(2);
  ASSERT_OK(Erase(store(), "census", {{Numbered(1), "olga"}}, personal_));
  const Record erased = RecordOf(1);
  EXPECT_NE(erased.erased, 0U);
  EXPECT_FALSE(HasKey(1));
  EXPECT_TRUE(HasKey(2));
  EXPECT_EQ(personal_.LastErased("census"), erased.erased);
  const auto reader = *store().Snapshot();
  EXPECT_EQ((*reader->FindEntry(erased.erased))->person, "olga");
  const auto feed = *reader->Feed({BucketKind::kArea, "north"}, 0, 10);
  ASSERT_EQ(feed.size(), 2U);
  EXPECT_FALSE(feed[0].entry.left);
  EXPECT_TRUE(feed[1].entry.left);
  EXPECT_EQ(feed[1].seq, erased.erased);
}

TEST_F(ErasingTest, ErasingAgainChangesNothing) {
  Bring(1);
  ASSERT_OK(Erase(store(), "census", {{Numbered(1), "olga"}}, personal_));
  const Seq erased = RecordOf(1).erased;
  ASSERT_OK(Erase(store(), "census", {{Numbered(1), "olga"}}, personal_));
  EXPECT_EQ(RecordOf(1).erased, erased);
}

// What is read between the two nobody could take out again.
TEST_F(ErasingTest, FromTheLogOnNobodyReadsIt) {
  Bring(1);
  const auto name_in = [](const Reader& reader) {
    return (*reader.FindRecord(Numbered(1)))->Find(testing::kX)->value();
  };
  const auto written_in = [this](const Reader& reader) {
    const LogEntry entry = *reader.ReadLog(RecordOf(1).created);
    return DecodeReceived(std::get<ChangeReceived>(entry.body))->ops[1].value;
  };
  const auto read = [this] {
    return DisclosedBy(keys(), *store().Snapshot(), Disclosure::kClear);
  };
  EXPECT_EQ(name_in(*read()), Value::Text("Ada"));
  EXPECT_EQ(written_in(*read()), Value::Text("Ada"));
  std::vector<ServerEntry> entries;
  entries.emplace_back(RecordErased{Numbered(1), "olga"});
  ASSERT_OK(SubmitAndWait(store(), std::move(entries)).status());
  ASSERT_TRUE(HasKey(1));
  EXPECT_EQ(name_in(*read()).kind, ValueKind::kSealed);
  EXPECT_EQ(written_in(*read()).kind, ValueKind::kSealed);
}

// The server went down between the two.
TEST_F(ErasingTest, WhatTheLogSaysIsFinishedAtTheStart) {
  Bring(1);
  Bring(2);
  std::vector<ServerEntry> entries;
  entries.emplace_back(RecordErased{Numbered(1), "olga"});
  ASSERT_OK(SubmitAndWait(store(), std::move(entries)).status());
  EXPECT_TRUE(HasKey(1));
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_FALSE(HasKey(1));
  EXPECT_TRUE(HasKey(2));
  EXPECT_EQ(personal_.LastErased("census"), RecordOf(1).erased);
}

// A log that was restored to before: the key stays gone, and the log says so.
TEST_F(ErasingTest, WhoseKeyIsGoneIsErasedAgain) {
  Bring(1);
  ASSERT_OK(kept_.Destroy("census", {{Numbered(1), 99}}));
  EXPECT_EQ(RecordOf(1).erased, 0U);
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_NE(RecordOf(1).erased, 0U);
}

TEST_F(ErasingTest, NothingComesToARecordThatIsErased) {
  Bring(1);
  ASSERT_OK(Erase(store(), "census", {{Numbered(1), "olga"}}, personal_));
  const Record before = RecordOf(1);
  Bring(1);
  const auto held = *(*store().Snapshot())->HeldAfter(0, 10);
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].second.reason, QuarantineReason::kRecordErased);
  std::vector<ServerEntry> release;
  release.emplace_back(QuarantineReleased{held[0].first, "olga"});
  ASSERT_OK(SubmitAndWait(store(), std::move(release)).status());
  EXPECT_EQ(RecordOf(1).last_change, before.last_change);
}

TEST_F(ErasingTest, WhatIsNoChangeIsErasedOnceItIsRejected) {
  const Seq change = Send("no change: phone 0804");
  EXPECT_TRUE(CanBeRead());
  ASSERT_OK(EraseRejected(**store().Snapshot(), change, personal_));
  EXPECT_TRUE(CanBeRead()) << "nobody has decided";
  v1::RejectQuarantineRequest request;
  request.set_survey("census");
  request.set_seq(change);
  v1::RejectQuarantineResponse response;
  const grpc::Status rejected =
      Call(&v1::RecordService::Stub::RejectQuarantine, request, response);
  ASSERT_TRUE(rejected.ok()) << rejected.error_message();
  EXPECT_TRUE(response.result().outcome().rejected());
  EXPECT_FALSE(CanBeRead());
}

TEST_F(ErasingTest, ARejectionIsFinishedAtTheStart) {
  const Seq change = Send("no change: phone 0804");
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_TRUE(CanBeRead());
  Reject(change);
  Bring(1);
  EXPECT_TRUE(CanBeRead());
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_FALSE(CanBeRead());
  EXPECT_TRUE(HasKey(1));
}

// Sent again it is as unreadable as it was: no second key is made.
TEST_F(ErasingTest, WhatWasRejectedStaysErased) {
  Reject(Send("no change: phone 0804"));
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  Send("no change: phone 0804");
  EXPECT_FALSE(CanBeRead());
}

// The record may be there, or come yet: its key goes with the record.
TEST_F(ErasingTest, ARejectedChangeToARecordLeavesItsKey) {
  Bring(1);
  Change edit;
  edit.record = Numbered(1);
  edit.form = 1;
  edit.person = "nobody";
  Op name;
  name.at.field = testing::kX;
  name.value = Value::Text("Ada");
  edit.ops = {name};
  Reject(Send(EncodeChange(edit)));
  ASSERT_OK(personal_.FinishErasures(*catalog_));
  EXPECT_TRUE(HasKey(1));
}

TEST_F(ErasingTest, WhatIsOlderThanItMayBeIsErased) {
  Bring(1);
  clock_.now_ms += 48 * 3'600'000;
  Bring(2);
  const std::int64_t now = absl::ToUnixMillis(clock_.Now());
  constexpr std::int64_t kHourMs = 3'600'000;
  EXPECT_THAT(EraseOlder(store(), now - 72 * kHourMs, personal_),
              IsOkAndHolds(0U));
  EXPECT_THAT(EraseOlder(store(), now - 24 * kHourMs, personal_),
              IsOkAndHolds(1U));
  EXPECT_FALSE(HasKey(1));
  EXPECT_TRUE(HasKey(2));
  EXPECT_THAT(EraseOlder(store(), now - 24 * kHourMs, personal_),
              IsOkAndHolds(0U));
}

// Each survey says for how long; those that do not keep theirs.
TEST_F(ErasingTest, WhatHasExpiredGoesByItself) {
  Bring(1);
  clock_.now_ms += 48 * 3'600'000;
  Bring(2);
  const std::int64_t now = absl::ToUnixMillis(clock_.Now());
  EXPECT_THAT(EraseExpired(*catalog_, now, personal_), IsOkAndHolds(0U));
  SurveyConfig config = (*store().Snapshot())->survey().config;
  config.retention_days = 1;
  ASSERT_OK(
      SubmitAndWait(store(), std::vector<ServerEntry>{ConfigChanged{config}}));
  EXPECT_THAT(EraseExpired(*catalog_, now, personal_), IsOkAndHolds(1U));
  EXPECT_FALSE(HasKey(1));
  EXPECT_TRUE(HasKey(2));
}

TEST_F(ErasingTest, TheRightKeyMustBeThere) {
  Bring(1);
  EXPECT_OK(personal_.Check(*catalog_));
  Personal none("", kept_);
  EXPECT_THAT(none.Check(*catalog_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("--personal-keys")));
  testing::FreshDirectory other;
  Personal missing(other.path(), kept_);
  EXPECT_THAT(
      missing.Check(*catalog_),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("census.key")));
  ASSERT_OK(MakeSurveyKey(other.path(), "census").status());
  Personal wrong(other.path(), kept_);
  EXPECT_THAT(wrong.Check(*catalog_),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("not the one")));
  personal::MemoryKeyStore lost;
  Personal empty(directory_.path(), lost);
  EXPECT_THAT(
      empty.Check(*catalog_),
      StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("bring back")));
}

}  // namespace
}  // namespace chasqui::server
