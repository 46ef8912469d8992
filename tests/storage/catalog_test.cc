// Opening again: after a clean end, after a power cut, and what is refused.

#include "storage/catalog.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/log_codec.h"
#include "storage/memory_kv.h"
#include "storage/verify.h"
#include "tests/storage/forgetful_file_system.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST(CatalogTest, OpensAgainUnderANewName) {
  FreshDirectory directory;
  HandClock clock;
  Chain chain("census", "tablet-1");
  Position before;
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog,
                         OpenRocksCatalog(directory.path(), clock, {}));
    SurveyStore& store = NewSmallSurvey(*catalog);
    ASSERT_OK(catalog->Create("water", SmallConfig()));
    ASSERT_OK(SubmitAndWait(
        store, chain.Next(Creation(RecordNumber(1), "north", "A"))));
    before = store.Durable();
  }
  ASSERT_OK_AND_ASSIGN(const auto catalog,
                       OpenRocksCatalog(directory.path(), clock, {}));
  EXPECT_THAT(catalog->List(), ElementsAre("census", "water"));
  ASSERT_OK_AND_ASSIGN(SurveyStore* const store, catalog->Find("census"));
  const Position after = store->Durable();
  EXPECT_EQ(after.seq, before.seq + 1);
  EXPECT_NE(after.log, before.log);
  ASSERT_OK(
      SubmitAndWait(*store, chain.Next(Answer(RecordNumber(1), kAgeField,
                                              Value::Integer(7), before))));
  ASSERT_OK_AND_ASSIGN(const auto reader, store->Snapshot());
  EXPECT_THAT(reader->survey().lineage, SizeIs(2));
  EXPECT_THAT(reader->survey().forms, SizeIs(1));
  ASSERT_OK_AND_ASSIGN(const auto record, reader->FindRecord(RecordNumber(1)));
  EXPECT_EQ(record->Find(kAgeField)->value(), Value::Integer(7));
  ASSERT_OK(catalog->Create("roads", SmallConfig()));
  EXPECT_THAT(catalog->List(), ElementsAre("census", "roads", "water"));
}

TEST(CatalogTest, KeepsWhatWasAcknowledgedThroughPowerCuts) {
  FreshDirectory directory;
  HandClock clock;
  std::vector<Chain> chains;
  for (int i = 0; i < 4; ++i) {
    chains.emplace_back("census", "tablet-" + std::to_string(i));
  }
  std::vector<RecordId> acknowledged;
  std::uint64_t number = 0;
  for (int cut = 0; cut < 5; ++cut) {
    const auto disk =
        std::make_shared<ForgetfulFileSystem>(rocksdb::FileSystem::Default());
    CatalogOptions options;
    options.rocks.file_system = disk;
    ASSERT_OK_AND_ASSIGN(const auto catalog,
                         OpenRocksCatalog(directory.path(), clock, options));
    if (cut == 0) NewSmallSurvey(*catalog);
    ASSERT_OK_AND_ASSIGN(SurveyStore* const store, catalog->Find("census"));
    for (const RecordId& id : acknowledged) {
      ASSERT_OK_AND_ASSIGN(const auto reader, store->Snapshot());
      ASSERT_OK_AND_ASSIGN(const auto record, reader->FindRecord(id));
      ASSERT_TRUE(record.has_value()) << ToText(id);
    }
    for (int i = 0; i < 20; ++i) {
      const RecordId id = RecordNumber(++number);
      const auto which = static_cast<std::size_t>(i) % chains.size();
      ASSERT_OK(SubmitAndWait(*store,
                              chains[which].Next(Creation(id, "north", "A"))));
      acknowledged.push_back(id);
    }
    disk->CutPower();
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report,
                       Verify(directory.path(), true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.records, 100U);
}

TEST(CatalogTest, RefusesAnOlderLayoutAndSaysWhatHelps) {
  MemoryKv kv;
  auto batch = kv.NewBatch();
  batch->Put(Space::kMeta, LayoutKey(), std::string(1, '\0'));
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  HandClock clock;
  EXPECT_THAT(OpenCatalog(kv, clock, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("chasqui rebuild")));
}

TEST(CatalogTest, RefusesANewerLayout) {
  MemoryKv kv;
  auto batch = kv.NewBatch();
  batch->Put(Space::kMeta, LayoutKey(), "\x63");
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  HandClock clock;
  EXPECT_THAT(OpenCatalog(kv, clock, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("layout 99"), HasSubstr("newer"))));
}

TEST(CatalogTest, RefusesWhatHasNoLayout) {
  MemoryKv kv;
  auto batch = kv.NewBatch();
  batch->Put(Space::kFeeds, "somebody's", "data");
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  HandClock clock;
  EXPECT_THAT(OpenCatalog(kv, clock, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(ReadLayout(kv), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(CatalogTest, RefusesALogOfRulesItDoesNotKnow) {
  MemoryKv kv;
  HandClock clock;
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog, OpenCatalog(kv, clock, {}));
    NewSmallSurvey(*catalog);
  }
  std::string bytes;
  EncodeLogEntry({1, clock.now_ms, SurveyCreated{99, SmallConfig()}}, bytes);
  auto batch = kv.NewBatch();
  batch->Put(Space::kLog, Keys(kOrganisationNumber, 1).Log(1), bytes);
  ASSERT_OK(kv.Commit(std::move(batch), Sync::kYes));
  EXPECT_THAT(OpenCatalog(kv, clock, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("99")));
}

TEST(CatalogTest, NamesOfLogsAreNeverZero) {
  MemoryKv kv;
  HandClock clock;
  CatalogOptions options;
  std::uint64_t next = 0;
  options.random = [&next] { return next++; };
  ASSERT_OK_AND_ASSIGN(const auto catalog, OpenCatalog(kv, clock, options));
  SurveyStore& store = NewSmallSurvey(*catalog);
  EXPECT_EQ(store.Durable().log, LogName{1});
}

}  // namespace
}  // namespace chasqui::storage
