// What notes promise, in memory and on disk; and that rebuild keeps them.

#include <map>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "storage/catalog.h"
#include "storage/kv_notes.h"
#include "storage/memory_kv.h"
#include "storage/replay.h"
#include "storage/rocks_kv.h"
#include "storage/verify.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::storage {
namespace {

using chasqui::testing::FreshDirectory;
using chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;
using Values = std::map<std::string, std::string>;

Values AllOf(const Notes& notes) {
  Values values;
  EXPECT_OK(notes.Read([&](std::string_view name, std::string_view value) {
    values[std::string(name)] = std::string(value);
    return true;
  }));
  return values;
}

class NotesContractTest : public ::testing::TestWithParam<const char*> {
 protected:
  NotesContractTest() {
    if (std::string(GetParam()) == "memory") {
      kv_ = std::make_unique<MemoryKv>();
    } else {
      kv_ = *OpenRocksKv(directory_.path(), {});
    }
    notes_ = OpenNotes(*kv_, kOrganisationNumber);
  }

  FreshDirectory directory_;
  std::unique_ptr<Kv> kv_;
  std::unique_ptr<Notes> notes_;
};

INSTANTIATE_TEST_SUITE_P(Kinds, NotesContractTest,
                         ::testing::Values("memory", "rocks"),
                         [](const auto& kind) { return kind.param; });

TEST_P(NotesContractTest, TheLatestUnderANameIsKept) {
  EXPECT_THAT(AllOf(*notes_), IsEmpty());
  ASSERT_OK(notes_->Keep({{"b", "1"}, {"a", std::string("\0x", 2)}}));
  ASSERT_OK(notes_->Keep({{"b", ""}}));
  EXPECT_THAT(AllOf(*notes_),
              ElementsAre(Pair("a", std::string("\0x", 2)), Pair("b", "")));
}

TEST_P(NotesContractTest, ReadingStopsWhenItIsTold) {
  ASSERT_OK(notes_->Keep({{"a", "1"}, {"b", "2"}}));
  int seen = 0;
  EXPECT_OK(notes_->Read(
      [&](std::string_view, std::string_view) { return ++seen < 1; }));
  EXPECT_EQ(seen, 1);
  EXPECT_THAT(notes_->Read([](std::string_view,
                              std::string_view) -> absl::StatusOr<bool> {
    return absl::AbortedError("enough");
  }),
              StatusIs(absl::StatusCode::kAborted));
}

TEST_P(NotesContractTest, OrganisationsShareNone) {
  const auto others = OpenNotes(*kv_, kOrganisationNumber + 1);
  ASSERT_OK(others->Keep({{"a", "theirs"}}));
  EXPECT_THAT(AllOf(*notes_), IsEmpty());
}

TEST(NotesTest, VerifyKnowsThemAndRebuildKeepsThem) {
  const FreshDirectory directory;
  const std::string old = directory.File("old");
  {
    ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(old, {}));
    ASSERT_OK(WriteLayout(*kv));
    ASSERT_OK(OpenNotes(*kv, kOrganisationNumber)->Keep({{"a", "1"}}));
  }
  ASSERT_OK_AND_ASSIGN(const VerifyReport report, Verify(old, true, {}));
  EXPECT_THAT(report.findings, IsEmpty());
  ASSERT_OK(Rebuild(old, directory.File("new"), /*salvage=*/false, {}));
  ASSERT_OK_AND_ASSIGN(const auto kv, OpenRocksKv(directory.File("new"), {}));
  EXPECT_THAT(AllOf(*OpenNotes(*kv, kOrganisationNumber)),
              ElementsAre(Pair("a", "1")));
}

}  // namespace
}  // namespace chasqui::storage
