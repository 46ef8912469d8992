// What every catalog and its stores promise, wherever the data is kept.

#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::IsOk;
using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

constexpr auto kAlreadyExists = absl::StatusCode::kAlreadyExists;
constexpr auto kInvalidArgument = absl::StatusCode::kInvalidArgument;
constexpr auto kNotFound = absl::StatusCode::kNotFound;

class StoreContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  StoreContractTest() {
    if (std::string(GetParam()) == "memory") {
      catalog_ = NewMemoryCatalog(clock_, {});
    } else {
      catalog_ = *OpenRocksCatalog(directory_.path(), clock_, {});
    }
  }

  static std::shared_ptr<const Reader> Snapshot(const SurveyStore& store) {
    return *store.Snapshot();
  }
  static Position PositionAt(const Reader& reader) {
    return {PresentName(reader.survey().lineage), reader.head()};
  }

  FreshDirectory directory_;
  HandClock clock_;
  std::unique_ptr<Catalog> catalog_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, StoreContractTest,
                         ::testing::Values("memory", "rocks"),
                         [](const auto& kind) { return kind.param; });

TEST_P(StoreContractTest, ListsWhatWasCreated) {
  EXPECT_THAT(catalog_->List(), IsEmpty());
  ASSERT_OK(catalog_->Create("water", SmallConfig()));
  ASSERT_OK(catalog_->Create("census", SmallConfig()));
  EXPECT_THAT(catalog_->List(), ElementsAre("census", "water"));
  EXPECT_THAT(catalog_->Find("census"), IsOk());
  EXPECT_THAT(catalog_->Find("roads"), StatusIs(kNotFound, HasSubstr("roads")));
}

TEST_P(StoreContractTest, RefusesBadSurveys) {
  ASSERT_OK(catalog_->Create("census", SmallConfig()));
  EXPECT_THAT(catalog_->Create("census", SmallConfig()),
              StatusIs(kAlreadyExists));
  EXPECT_THAT(catalog_->Create("a/b", SmallConfig()),
              StatusIs(kInvalidArgument, HasSubstr("a/b")));
  SurveyConfig config = SmallConfig();
  config.areas[1].parent = "nowhere";
  EXPECT_THAT(catalog_->Create("water", config), StatusIs(kInvalidArgument));
  EXPECT_THAT(catalog_->List(), ElementsAre("census"));
}

TEST_P(StoreContractTest, BeginsTheLogWithCreationAndName) {
  ASSERT_OK(catalog_->Create("census", SmallConfig()));
  const auto reader = Snapshot(**catalog_->Find("census"));
  EXPECT_EQ(reader->head(), 2U);
  EXPECT_EQ(reader->survey().name, "census");
  EXPECT_EQ(reader->survey().config, SmallConfig());
  EXPECT_THAT(reader->survey().lineage, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const LogEntry first, reader->ReadLog(1));
  EXPECT_EQ(KindOf(first), EntryKind::kSurveyCreated);
  ASSERT_OK_AND_ASSIGN(const LogEntry second, reader->ReadLog(2));
  EXPECT_EQ(KindOf(second), EntryKind::kLogOpened);
  EXPECT_GT(second.received_ms, first.received_ms);
  EXPECT_THAT(reader->ReadLog(3), StatusIs(absl::StatusCode::kOutOfRange));
  EXPECT_THAT(reader->ReadLog(0), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_P(StoreContractTest, TakesABatchAndShowsIt) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain chain("census", "tablet-1");
  ASSERT_OK_AND_ASSIGN(
      const DeliveryAnswer answer,
      SubmitAndWait(store,
                    chain.Next({Creation(RecordNumber(1), "north", "A"),
                                Creation(RecordNumber(2), "south", "B")})));
  ASSERT_THAT(answer.batch.changes, SizeIs(2));
  EXPECT_EQ(answer.batch.changes[0].outcome.kind, OutcomeKind::kApplied);
  EXPECT_FALSE(answer.batch.changes[0].duplicate);
  const Seq first = answer.batch.changes[0].seq;
  EXPECT_EQ(answer.batch.changes[1].seq, first + 1);
  EXPECT_EQ(answer.head, first + 1);

  const auto reader = Snapshot(store);
  ASSERT_OK_AND_ASSIGN(const auto record, reader->FindRecord(RecordNumber(2)));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->Find(kNameField)->value(), Value::Text("B"));
  EXPECT_EQ(record->area(), "south");
  ASSERT_OK_AND_ASSIGN(const auto feed,
                       reader->Feed({BucketKind::kPerson, "anna"}, 0, 10));
  ASSERT_THAT(feed, SizeIs(2));
  EXPECT_EQ(feed[1].entry.record, RecordNumber(2));
  EXPECT_THAT(reader->Counters("area/"),
              chasqui::testing::IsOkAndHolds(ElementsAre(
                  Pair("area/north/draft", 1), Pair("area/south/draft", 1))));
}

TEST_P(StoreContractTest, CountsADeliveryOnce) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain chain("census", "tablet-1");
  const Batch batch = chain.Next(Creation(RecordNumber(1), "north", "A"));
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer once, SubmitAndWait(store, batch));
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer twice, SubmitAndWait(store, batch));
  ASSERT_THAT(twice.batch.changes, SizeIs(1));
  EXPECT_TRUE(twice.batch.changes[0].duplicate);
  EXPECT_EQ(twice.batch.changes[0].seq, once.batch.changes[0].seq);
  EXPECT_EQ(twice.head, once.head);
}

TEST_P(StoreContractTest, ASnapshotStaysAsItWas) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  const auto before = Snapshot(store);
  const Seq head = before->head();
  Chain chain("census", "tablet-1");
  ASSERT_OK(SubmitAndWait(store,
                          chain.Next(Creation(RecordNumber(1), "north", "A"))));
  EXPECT_EQ(before->head(), head);
  ASSERT_OK_AND_ASSIGN(const auto hidden, before->FindRecord(RecordNumber(1)));
  EXPECT_FALSE(hidden.has_value());
  EXPECT_THAT(before->Feed({BucketKind::kArea, "north"}, 0, 10),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(Snapshot(store)->head(), head + 1);
}

TEST_P(StoreContractTest, TakesServerEntriesWholeOrNotAtAll) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  const Seq head = Snapshot(store)->head();
  SurveyConfig closed = SmallConfig();
  closed.closed = true;
  const std::vector<ServerEntry> entries = {ConfigChanged{closed},
                                            SmallForm("1")};
  EXPECT_THAT(SubmitAndWait(store, entries), StatusIs(kAlreadyExists));
  EXPECT_EQ(Snapshot(store)->head(), head);
  EXPECT_FALSE(Snapshot(store)->survey().config.closed);

  const std::vector<ServerEntry> good = {ConfigChanged{closed}, SmallForm("2")};
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer answer, SubmitAndWait(store, good));
  ASSERT_THAT(answer.entries, SizeIs(2));
  EXPECT_EQ(answer.entries[1].seq, head + 2);
  EXPECT_TRUE(Snapshot(store)->survey().config.closed);
  EXPECT_THAT(Snapshot(store)->survey().forms, SizeIs(2));
}

TEST_P(StoreContractTest, LetsWhatWaitedForACreationInAfterIt) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain early("census", "tablet-1");
  ASSERT_OK_AND_ASSIGN(
      const DeliveryAnswer held,
      SubmitAndWait(store, early.Next(Answer(RecordNumber(1), kAgeField,
                                             Value::Integer(7), {}))));
  EXPECT_EQ(held.batch.changes[0].outcome.reason,
            QuarantineReason::kAwaitsCreation);
  EXPECT_THAT(
      Snapshot(store)->HeldFor(RecordNumber(1)),
      chasqui::testing::IsOkAndHolds(ElementsAre(held.batch.changes[0].seq)));

  Chain late("census", "tablet-2");
  ASSERT_OK_AND_ASSIGN(
      const DeliveryAnswer created,
      SubmitAndWait(store, late.Next(Creation(RecordNumber(1), "north", "A"))));
  EXPECT_EQ(created.head, created.batch.changes[0].seq + 1);
  const auto reader = Snapshot(store);
  ASSERT_OK_AND_ASSIGN(const auto record, reader->FindRecord(RecordNumber(1)));
  EXPECT_EQ(record->Find(kAgeField)->value(), Value::Integer(7));
  EXPECT_THAT(reader->HeldFor(RecordNumber(1)),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(reader->HeldAfter(0, 10),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(reader->Counter("held"), chasqui::testing::IsOkAndHolds(0));
  EXPECT_THAT(reader->Notices("tablet-1", 0, 10),
              chasqui::testing::IsOkAndHolds(
                  ElementsAre(Pair(created.head, held.batch.changes[0].seq))));
}

TEST_P(StoreContractTest, LetsWhatWaitedPastAGapInAfterTheMissing) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain chain("census", "tablet-1");
  const Batch missing = chain.Next(Creation(RecordNumber(1), "north", "A"));
  Batch card = chain.Next({Creation(RecordNumber(2), "north", "B"),
                           Creation(RecordNumber(3), "south", "C")});
  card.sealed = true;
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer held, SubmitAndWait(store, card));
  EXPECT_TRUE(held.batch.gap);
  ASSERT_THAT(held.batch.changes, SizeIs(2));
  EXPECT_EQ(held.batch.changes[1].outcome.reason, QuarantineReason::kGap);
  {
    const auto reader = Snapshot(store);
    EXPECT_THAT(reader->Counter("held"), chasqui::testing::IsOkAndHolds(2));
    EXPECT_THAT(reader->Records({}, 10),
                chasqui::testing::IsOkAndHolds(IsEmpty()));
    ASSERT_OK_AND_ASSIGN(const LogEntry entry, reader->ReadLog(held.head));
    EXPECT_TRUE(std::get<ChangeReceived>(entry.body).sealed);
  }

  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer joined,
                       SubmitAndWait(store, missing));
  EXPECT_EQ(joined.head, held.head + 3);
  const auto reader = Snapshot(store);
  EXPECT_THAT(reader->Counter("held"), chasqui::testing::IsOkAndHolds(0));
  EXPECT_THAT(reader->Records({}, 10),
              chasqui::testing::IsOkAndHolds(SizeIs(3)));
  EXPECT_THAT(reader->Notices("tablet-1", 0, 10),
              chasqui::testing::IsOkAndHolds(
                  ElementsAre(Pair(held.head + 2, held.batch.changes[0].seq),
                              Pair(held.head + 3, held.batch.changes[1].seq))));
}

TEST_P(StoreContractTest, DecidesOnlyOnWhatIsInQuarantine) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  const std::vector<ServerEntry> release = {QuarantineReleased{1, "sofia"}};
  EXPECT_THAT(SubmitAndWait(store, release),
              StatusIs(kNotFound, HasSubstr("quarantine")));
  Chain chain("census", "tablet-1");
  ASSERT_OK_AND_ASSIGN(
      const DeliveryAnswer held,
      SubmitAndWait(store, chain.Next(Answer(RecordNumber(1), kAgeField,
                                             Value::Integer(7), {}))));
  const std::vector<ServerEntry> reject = {
      QuarantineRejected{held.batch.changes[0].seq, "sofia"}};
  ASSERT_OK_AND_ASSIGN(const DeliveryAnswer answer,
                       SubmitAndWait(store, reject));
  EXPECT_TRUE(answer.entries[0].outcome.rejected);
  EXPECT_THAT(SubmitAndWait(store, reject), StatusIs(kNotFound));
}

TEST_P(StoreContractTest, KeepsSurveysApart) {
  SurveyStore& census = NewSmallSurvey(*catalog_);
  ASSERT_OK(catalog_->Create("water", SmallConfig()));
  SurveyStore& water = **catalog_->Find("water");
  Chain chain("census", "tablet-1");
  ASSERT_OK(SubmitAndWait(census,
                          chain.Next(Creation(RecordNumber(1), "north", "A"))));
  EXPECT_THAT(Snapshot(water)->Records({}, 10),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Snapshot(water)->Devices(),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_THAT(Snapshot(water)->Counters(""),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
  EXPECT_EQ(Snapshot(water)->head(), 2U);
}

TEST_P(StoreContractTest, PagesGoOnWhereTheLastEnded) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain chain("census", "tablet-1");
  std::vector<Change> changes;
  for (std::uint64_t i = 1; i <= 5; ++i) {
    changes.push_back(Creation(RecordNumber(i), "north", "A"));
  }
  ASSERT_OK(SubmitAndWait(store, chain.Next(changes)));
  const auto reader = Snapshot(store);
  const Bucket north = {BucketKind::kArea, "north"};
  ASSERT_OK_AND_ASSIGN(const auto all, reader->Feed(north, 0, 10));
  ASSERT_THAT(all, SizeIs(5));
  ASSERT_OK_AND_ASSIGN(const auto page, reader->Feed(north, all[1].seq, 2));
  ASSERT_THAT(page, SizeIs(2));
  EXPECT_EQ(page[0].seq, all[2].seq);
  ASSERT_OK_AND_ASSIGN(const auto records, reader->Records(RecordNumber(2), 2));
  ASSERT_THAT(records, SizeIs(2));
  EXPECT_EQ(records[0].id, RecordNumber(3));
  EXPECT_THAT(reader->Records(RecordNumber(5), 2),
              chasqui::testing::IsOkAndHolds(IsEmpty()));
}

TEST_P(StoreContractTest, RowsComeWithTheirRecord) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  Chain chain("census", "tablet-1");
  ASSERT_OK(SubmitAndWait(
      store, chain.Next({Creation(RecordNumber(1), "north", "A"),
                         NewRow(RecordNumber(1), RowNumber(2), "Z", {}),
                         NewRow(RecordNumber(1), RowNumber(1), "Y", {})})));
  ASSERT_OK_AND_ASSIGN(const auto rows,
                       Snapshot(store)->RowsOf(RecordNumber(1)));
  ASSERT_THAT(rows, SizeIs(2));
  EXPECT_EQ(rows[0].id, RowNumber(1));
  EXPECT_EQ(rows[0].repeat, kMemberRepeat);
  EXPECT_EQ(rows[1].Find(kMemberNameField)->value(), Value::Text("Z"));
}

TEST_P(StoreContractTest, DurableIsWhatTheSurveySays) {
  SurveyStore& store = NewSmallSurvey(*catalog_);
  EXPECT_EQ(store.Durable(), PositionAt(*Snapshot(store)));
  SurveyConfig config = SmallConfig();
  config.accepted_is_durable = false;
  const std::vector<ServerEntry> entries = {ConfigChanged{config}};
  ASSERT_OK(SubmitAndWait(store, entries));
  EXPECT_EQ(store.Durable(), Position{});
}

}  // namespace
}  // namespace chasqui::storage
