// Data of every layout there ever was: opened, or refused and left as it is.
//
// tests/storage/data has a directory of each layout; its README says how one
// is made.

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rocksdb/db.h"
#include "storage/catalog.h"
#include "storage/keys.h"
#include "storage/replay.h"
#include "storage/rocks_options.h"
#include "storage/verify.h"
#include "tests/storage/small_survey.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

namespace fs = std::filesystem;
using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// Every file with what is in it. Not the lock, which has no contents.
std::map<std::string, std::string> FilesOf(const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().filename() == "LOCK") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    files[entry.path().filename()] = {std::istreambuf_iterator<char>(file), {}};
  }
  return files;
}

// What FillSurvey made is there, and can be gone on with.
void ExpectTheSmallSurvey(const std::string& directory) {
  ASSERT_OK_AND_ASSIGN(VerifyReport report, Verify(directory, true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.records, 3U);
  HandClock clock;
  clock.now_ms += 86'400'000;
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog,
                         OpenRocksCatalog(directory, clock, {}));
    ASSERT_OK_AND_ASSIGN(SurveyStore* const store, catalog->Find("census"));
    Chain chain("census", "tablet-new");
    ASSERT_OK(SubmitAndWait(
        *store, chain.Next(Creation(RecordNumber(4), "north", "D"))));
    ASSERT_OK_AND_ASSIGN(const auto reader, store->Snapshot());
    ASSERT_OK_AND_ASSIGN(const auto record,
                         reader->FindRecord(RecordNumber(3)));
    EXPECT_EQ(record->Find(kAgeField)->value(), Value::Integer(3));
  }
  ASSERT_OK_AND_ASSIGN(report, Verify(directory, true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  EXPECT_EQ(report.records, 4U);
}

// A directory of this layout, with tables and a log.
void MakeSmallSurvey(const std::string& directory) {
  HandClock clock;
  {
    ASSERT_OK_AND_ASSIGN(const auto catalog,
                         OpenRocksCatalog(directory, clock, {}));
    FillSurvey(NewSmallSurvey(*catalog));
  }
  ASSERT_OK_AND_ASSIGN(const auto catalog,
                       OpenRocksCatalog(directory, clock, {}));
}

void CopyLayout(int layout, const std::string& to) {
  fs::copy(CHASQUI_STORAGE_DATA "/layout_" + std::to_string(layout), to);
}

// The layouts that can be opened as they are.
class OpenedLayoutTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(All, OpenedLayoutTest, ::testing::Values(2));

TEST_P(OpenedLayoutTest, CanStillBeOpened) {
  FreshDirectory directory;
  const std::string copy = directory.File("copy");
  CopyLayout(GetParam(), copy);
  ExpectTheSmallSurvey(copy);
}

// Those that can only be rebuilt.
class RebuiltLayoutTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(All, RebuiltLayoutTest, ::testing::Values(1));

TEST_P(RebuiltLayoutTest, IsRefusedAndSaysWhatHelps) {
  FreshDirectory directory;
  const std::string copy = directory.File("copy");
  CopyLayout(GetParam(), copy);
  HandClock clock;
  const auto before = FilesOf(copy);
  EXPECT_THAT(OpenRocksCatalog(copy, clock, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr("layout " + std::to_string(GetParam())),
                             HasSubstr("chasqui rebuild DIR --to NEW"))));
  EXPECT_EQ(FilesOf(copy), before);
}

class EveryLayoutTest : public ::testing::TestWithParam<int> {};
INSTANTIATE_TEST_SUITE_P(All, EveryLayoutTest, ::testing::Values(1, 2));

TEST_P(EveryLayoutTest, CanBeRebuilt) {
  FreshDirectory directory;
  const std::string copy = directory.File("copy");
  CopyLayout(GetParam(), copy);
  ASSERT_OK(Rebuild(copy, directory.File("new"), false, {}));
  ExpectTheSmallSurvey(directory.File("new"));
}

TEST(LayoutTest, ThereIsADirectoryOfThisOne) {
  EXPECT_TRUE(fs::exists(CHASQUI_STORAGE_DATA "/layout_" +
                         std::to_string(kLayoutVersion)));
}

// Not a test: makes the directory of this layout where it is told to.
TEST(LayoutTest, DISABLED_MakeADirectoryOfThisOne) {
  const char* const into = std::getenv("CHASQUI_LAYOUT_INTO");
  ASSERT_NE(into, nullptr);
  MakeSmallSurvey(into);
}

class RefusedLayoutTest : public ::testing::Test {
 protected:
  RefusedLayoutTest() { MakeSmallSurvey(directory_.path()); }

  void ExpectRefused(const ::testing::Matcher<const std::string&>& message) {
    const auto before = FilesOf(directory_.path());
    EXPECT_THAT(OpenRocksCatalog(directory_.path(), clock_, {}),
                StatusIs(absl::StatusCode::kFailedPrecondition, message));
    EXPECT_THAT(Verify(directory_.path(), false, {}),
                StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(FilesOf(directory_.path()), before);
  }

  FreshDirectory directory_;
  HandClock clock_;
};

TEST_F(RefusedLayoutTest, ANewerOneIsLeftAsItIs) {
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(directory_.path(), {}));
    auto batch = kv->NewBatch();
    batch->Put(Space::kMeta, LayoutKey(), "\x63");
    ASSERT_OK(kv->Commit(std::move(batch), Sync::kYes));
  }
  ExpectRefused(AllOf(HasSubstr("layout 99"), HasSubstr("newer version")));
}

TEST_F(RefusedLayoutTest, AnOlderOneIsLeftAsItIsAndRebuilt) {
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(directory_.path(), {}));
    auto batch = kv->NewBatch();
    batch->Put(Space::kMeta, LayoutKey(), std::string(1, '\0'));
    ASSERT_OK(kv->Commit(std::move(batch), Sync::kYes));
  }
  ExpectRefused(AllOf(HasSubstr("layout 0"), HasSubstr("chasqui rebuild")));
  FreshDirectory other;
  ASSERT_OK(Rebuild(directory_.path(), other.File("new"), false, {}));
  ExpectTheSmallSurvey(other.File("new"));
}

TEST_F(RefusedLayoutTest, OneWithAStrangeColumnFamilyIsLeftAsItIs) {
  {
    std::vector<rocksdb::ColumnFamilyHandle*> handles;
    rocksdb::DB* opened = nullptr;
    ASSERT_TRUE(rocksdb::DB::Open(RocksOptionsFor({}, rocksdb::Env::Default()),
                                  directory_.path(), RocksFamilies({}),
                                  &handles, &opened)
                    .ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
    rocksdb::ColumnFamilyHandle* strange = nullptr;
    ASSERT_TRUE(db->CreateColumnFamily({}, "photographs", &strange).ok());
    handles.push_back(strange);
    for (auto* const handle : handles) {
      ASSERT_TRUE(db->DestroyColumnFamilyHandle(handle).ok());
    }
  }
  ExpectRefused(AllOf(HasSubstr("photographs"), HasSubstr("newer version")));
}

TEST_F(RefusedLayoutTest, AStartThatWasCutOffCanBeGoneOnWith) {
  // Of a new store some column families are made before others.
  FreshDirectory other;
  {
    rocksdb::DB* opened = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    ASSERT_TRUE(rocksdb::DB::Open(options, other.path(), &opened).ok());
    const std::unique_ptr<rocksdb::DB> db(opened);
  }
  ASSERT_OK_AND_ASSIGN(const auto catalog,
                       OpenRocksCatalog(other.path(), clock_, {}));
  EXPECT_THAT(catalog->List(), IsEmpty());
}

}  // namespace
}  // namespace chasqui::storage
