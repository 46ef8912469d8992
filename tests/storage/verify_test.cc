// Damage of every kind is found, and what is in order is not complained of.

#include "storage/verify.h"

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"
#include "storage/state_codec.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class VerifyTest : public ::testing::Test {
 protected:
  VerifyTest() {
    const auto catalog = *OpenCatalog(kv_, clock_, {});
    FillSurvey(NewSmallSurvey(*catalog));
  }

  // The value of a key that must be there.
  std::string Read(Space space, const Key& key) {
    std::string value;
    EXPECT_TRUE(*kv_.Get(space, key, value)) << PrintKey(key);
    return value;
  }
  void Put(Space space, const Key& key, std::string_view value) {
    auto batch = kv_.NewBatch();
    batch->Put(space, key, value);
    ASSERT_OK(kv_.Commit(std::move(batch), Sync::kYes));
  }
  void Delete(Space space, const Key& key) {
    Read(space, key);
    auto batch = kv_.NewBatch();
    batch->Delete(space, key);
    ASSERT_OK(kv_.Commit(std::move(batch), Sync::kYes));
  }
  std::vector<std::string> Findings(bool replay = false) {
    const auto report = VerifyKv(kv_, replay);
    EXPECT_OK(report);
    return report->findings;
  }
  Seq HeldChange() {
    Seq held = 0;
    const Key all = keys_.All(Tag::kHeld);
    EXPECT_OK(kv_.Scan(Space::kMeta, all, PrefixEnd(all),
                       [&held](std::string_view key,
                               std::string_view) -> absl::StatusOr<bool> {
                         held = ParseKey(key)->seq;
                         return true;
                       }));
    return held;
  }

  HandClock clock_;
  MemoryKv kv_;
  const Keys keys_{kOrganisationNumber, 1};
  const Bucket north_{BucketKind::kArea, "north"};
};

TEST_F(VerifyTest, FindsNothingInAStoreInOrder) {
  const auto report = VerifyKv(kv_, true);
  ASSERT_OK(report);
  EXPECT_THAT(report->findings, IsEmpty());
  EXPECT_EQ(report->surveys, 1U);
  EXPECT_EQ(report->records, 3U);
  EXPECT_GT(report->entries, 10U);
}

TEST_F(VerifyTest, FindsAHoleInTheLog) {
  Delete(Space::kLog, keys_.Log(5));
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("log entries 5 to 5 are missing")));
  EXPECT_THAT(Findings(true), Contains(HasSubstr("cannot be replayed")));
}

TEST_F(VerifyTest, FindsAWrongHead) {
  Head head = *DecodeHead(Read(Space::kMeta, keys_.Head()));
  ++head.seq;
  std::string bytes;
  Encode(head, bytes);
  Put(Space::kMeta, keys_.Head(), bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("the head is at")));
}

TEST_F(VerifyTest, FindsAnUnlistedAdministrativeEntry) {
  Delete(Space::kMeta, keys_.Administrative(3));
  EXPECT_THAT(Findings(), Contains(HasSubstr("log entry 3 is not listed")));
}

TEST_F(VerifyTest, FindsAMissingInfo) {
  Delete(Space::kChanges, keys_.Entry(6));
  EXPECT_THAT(Findings(), Contains(HasSubstr("entry 6 has no info")));
}

TEST_F(VerifyTest, FindsABrokenHistory) {
  EntryInfo info = *DecodeEntryInfo(Read(Space::kChanges, keys_.Entry(8)));
  ASSERT_NE(info.previous, 0U);
  info.previous = 0;
  std::string bytes;
  Encode(info, bytes);
  Put(Space::kChanges, keys_.Entry(8), bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("in no record's history")));
}

TEST_F(VerifyTest, FindsABrokenChain) {
  Delete(Space::kChanges, keys_.Links("tablet-1", 0));
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("is not in the chain of tablet-1")));
}

TEST_F(VerifyTest, FindsALostDevice) {
  Delete(Space::kMeta, keys_.Device("tablet-2"));
  EXPECT_THAT(Findings(), Contains(HasSubstr("the device tablet-2")));
}

TEST_F(VerifyTest, FindsAFeedEntryTooFew) {
  std::string key;
  const Key feed = keys_.Feed(north_);
  ASSERT_OK(kv_.Scan(
      Space::kFeeds, feed, PrefixEnd(feed),
      [&key](std::string_view found, std::string_view) -> absl::StatusOr<bool> {
        key = found;
        return false;
      }));
  Delete(Space::kFeeds, Key().Raw(key));
  EXPECT_THAT(Findings(), Contains(HasSubstr("is not in the feed of "
                                             "area/north")));
}

TEST_F(VerifyTest, FindsAFeedEntryTooMany) {
  std::string bytes;
  Encode(FeedEntry{RecordNumber(1), false, {}}, bytes);
  Put(Space::kFeeds, keys_.Feed(north_, 1), bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("where it should not be")));
}

TEST_F(VerifyTest, FindsAStrayNotice) {
  Put(Space::kFeeds, keys_.Notice("tablet-1", 9, 5), "");
  EXPECT_THAT(Findings(), Contains(HasSubstr("the notice to tablet-1 at 9")));
}

TEST_F(VerifyTest, FindsWhatQuarantineForgot) {
  Delete(Space::kMeta, keys_.Held(HeldChange()));
  EXPECT_THAT(Findings(), Contains(HasSubstr("but not held")));
}

TEST_F(VerifyTest, FindsWhatTheRecordForgotOfQuarantine) {
  Delete(Space::kMeta, keys_.Waiting(RecordNumber(9)));
  EXPECT_THAT(Findings(), Contains(HasSubstr("not listed with its record")));
}

TEST_F(VerifyTest, FindsALostRow) {
  Delete(Space::kRecords, keys_.Row(RecordNumber(1), RowNumber(1)));
  EXPECT_THAT(Findings(), Contains(HasSubstr("counts 1 rows, there are 0")));
}

TEST_F(VerifyTest, FindsAWrongCounter) {
  std::string bytes;
  EncodeCounter(7, bytes);
  Put(Space::kMeta, keys_.Counter("records/draft"), bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("records/draft is 7")));
  Put(Space::kMeta, keys_.Counter("records/lost"), bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("records/lost is 7")));
}

TEST_F(VerifyTest, FindsAnUnlistedConflict) {
  Delete(Space::kMeta, keys_.Conflicted(RecordNumber(1)));
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("has conflicts but is not listed")));
}

TEST_F(VerifyTest, FindsKeysOfNobody) {
  Put(Space::kMeta, Key().Raw("scribble"), "");
  Put(Space::kMeta, Keys(kOrganisationNumber, 5).Counter("open"), "");
  EXPECT_THAT(Findings(),
              AllOf(Contains(HasSubstr("is not one of meta")),
                    Contains(HasSubstr("1/5 counter open is of no survey"))));
}

TEST_F(VerifyTest, FindsAnOrganisationThatIsAnother) {
  Put(Space::kMeta, OrganisationKey(kOrganisation), "\x02");
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("organisation main is not number 1")));
  Delete(Space::kMeta, OrganisationKey(kOrganisation));
  EXPECT_THAT(Findings(), Contains(HasSubstr("no organisation is there")));
}

TEST_F(VerifyTest, FindsValuesThatRotted) {
  const Key key = keys_.Record(RecordNumber(2));
  std::string bytes = Read(Space::kRecords, key);
  bytes.pop_back();
  Put(Space::kRecords, key, bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("record cannot be read")));
}

TEST_F(VerifyTest, FindsAnAnswerThatNobodyGave) {
  const Key key = keys_.Record(RecordNumber(2));
  std::string bytes = Read(Space::kRecords, key);
  const std::size_t at = bytes.find('B');
  ASSERT_NE(at, std::string::npos);
  bytes[at] = 'X';
  Put(Space::kRecords, key, bytes);
  EXPECT_THAT(Findings(), Contains(HasSubstr("is not what the feed of")));
  EXPECT_THAT(Findings(true),
              Contains(HasSubstr("another value than follows from the log")));
}

TEST_F(VerifyTest, ReplayFindsAnAnswerThatNobodyGaveInARow) {
  const Key key = keys_.Row(RecordNumber(1), RowNumber(1));
  std::string bytes = Read(Space::kRecords, key);
  ++bytes.back();
  Put(Space::kRecords, key, bytes);
  EXPECT_THAT(Findings(true),
              Contains(HasSubstr("another value than follows from the log")));
}

TEST_F(VerifyTest, FindsAWrongDigest) {
  std::string bytes;
  Encode(BucketDigest{1, 2}, bytes);
  Put(Space::kMeta, keys_.Digest(north_), bytes);
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("the digest of area/north is not that")));
}

TEST_F(VerifyTest, FindsALostDigest) {
  Delete(Space::kMeta, keys_.Digest(north_));
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("the digest of area/north is not that")));
}

TEST_F(VerifyTest, FindsADigestOfNothing) {
  const Bucket nowhere{BucketKind::kArea, "nowhere"};
  std::string bytes;
  Encode(BucketDigest{0, 0}, bytes);
  Put(Space::kMeta, keys_.Digest(nowhere), bytes);
  EXPECT_THAT(Findings(),
              Contains(HasSubstr("there is a digest of area/nowhere")));
}

TEST(RebuildTest, MakesTheSameStateFromTheLog) {
  FreshDirectory directory;
  HandClock clock;
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog,
                         OpenRocksCatalog(directory.File("old"), clock, {}));
    FillSurvey(NewSmallSurvey(*catalog));
  }
  ASSERT_OK(Rebuild(directory.File("old"), directory.File("new"), false, {}));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report,
                       Verify(directory.File("new"), true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.records, 3U);
  EXPECT_THAT(Rebuild(directory.File("old"), directory.File("new"), false, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("has data already")));

  ASSERT_OK_AND_ASSIGN(const auto catalog,
                       OpenRocksCatalog(directory.File("new"), clock, {}));
  ASSERT_OK_AND_ASSIGN(SurveyStore* const store, catalog->Find("census"));
  ASSERT_OK_AND_ASSIGN(const auto reader, store->Snapshot());
  EXPECT_EQ(reader->survey().lineage.size(), 2U);
  ASSERT_OK_AND_ASSIGN(const auto record, reader->FindRecord(RecordNumber(3)));
  EXPECT_EQ(record->Find(kAgeField)->value(), Value::Integer(3));
}

// A log with a hole is refused, and nothing is left of the attempt; salvaged,
// it ends before the hole.
TEST(RebuildTest, SalvagesALogUpToItsHole) {
  FreshDirectory directory;
  HandClock clock;
  const std::string old = directory.File("old");
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog, OpenRocksCatalog(old, clock, {}));
    FillSurvey(NewSmallSurvey(*catalog));
  }
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(old, {}));
    auto batch = kv->NewBatch();
    batch->Delete(Space::kLog, Keys(kOrganisationNumber, 1).Log(6));
    ASSERT_OK(kv->Commit(std::move(batch), Sync::kYes));
  }
  const std::string made = directory.File("new");
  EXPECT_THAT(Rebuild(old, made, false, {}),
              StatusIs(absl::StatusCode::kDataLoss,
                       HasSubstr("census ends before entry 6")));
  EXPECT_FALSE(std::filesystem::exists(made));

  ASSERT_OK_AND_ASSIGN(const std::vector<RebuiltSurvey> rebuilt,
                       Rebuild(old, made, true, {}));
  ASSERT_EQ(rebuilt.size(), 1U);
  EXPECT_EQ(rebuilt[0].entries, 5U);
  EXPECT_THAT(rebuilt[0].lost, HasSubstr("ends before entry 6"));
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, Verify(made, true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.entries, 5U);
}

}  // namespace
}  // namespace chasqui::storage
