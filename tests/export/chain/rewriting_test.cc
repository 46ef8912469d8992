// What was erased goes out of files that are there, whatever is interrupted.

#include "export/chain/rewriting.h"

#include <algorithm>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "export/chain/chain.h"
#include "export/chain/checked_read.h"
#include "export/chain/verify.h"
#include "export/formats/parquet_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/export/chain/memory_folder.h"
#include "tests/export/chain/people_export.h"
#include "tests/export/formats/read_back.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using Fault = MemoryFolder::Fault;

class RewritingTest : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "parquet" && !HasParquet()) GTEST_SKIP();
    for (unsigned number = 1; number <= 3; ++number) {
      ASSERT_OK(ExportPeople(folder_, GetParam(), number));
    }
  }

  static FileContents Contents(const TableSchema& schema,
                               const std::string& bytes) {
    return GetParam() == "csv" ? ReadCsv(schema, bytes)
                               : ReadParquet(schema, bytes);
  }
  // All files of the table, row by row.
  static std::vector<CellsOfRow> RowsIn(const Files& files,
                                        const TableSchema& schema) {
    std::vector<CellsOfRow> rows;
    for (const auto& [name, bytes] : files) {
      if (!name.starts_with(schema.name + "/")) continue;
      for (CellsOfRow& row : Contents(schema, bytes).rows) {
        rows.push_back(std::move(row));
      }
    }
    return rows;
  }
  // In whatever file there is, of whatever name.
  static int SecretsIn(const Files& files, std::string_view secret = kSecret) {
    int secrets = 0;
    for (const auto& [name, bytes] : files) {
      if (bytes.find(secret) != std::string::npos) ++secrets;
      if (!name.ends_with(".parquet")) continue;
      for (const TableSchema& schema : PeopleTables()) {
        if (name.find(schema.name + "/") == std::string::npos) continue;
        for (const CellsOfRow& row : ReadParquet(schema, bytes).rows) {
          for (const auto& cell : row) {
            if (cell.has_value() && cell->find(secret) != cell->npos) {
              ++secrets;
            }
          }
        }
        break;
      }
    }
    return secrets;
  }
  static void ExpectWhole(const Folder& folder, std::size_t unfinished = 0) {
    ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder, true));
    EXPECT_EQ(report.increments, 3U);
    EXPECT_EQ(report.leftovers, 0U);
    EXPECT_EQ(report.unfinished, unfinished);
  }

  MemoryFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(, RewritingTest, ::testing::Values("csv", "parquet"),
                         [](const auto& format) { return format.param; });

TEST_P(RewritingTest, TakesOutWhatWasErasedAndNothingElse) {
  const Files before = folder_.files();
  ASSERT_GT(SecretsIn(before), 0);
  ASSERT_OK_AND_ASSIGN(const ChainEnd end, FindEnd(folder_));
  EXPECT_EQ(end.last->so_far->erased, 1U);

  ASSERT_OK_AND_ASSIGN(const Rewritten done, RewriteErased(folder_));
  EXPECT_EQ(done.erased, 1U);
  EXPECT_EQ(done.files, 10U);
  EXPECT_GT(done.cells, 30U);
  EXPECT_EQ(SecretsIn(folder_.files()), 0);
  ExpectWhole(folder_);
  EXPECT_EQ(FindEnd(folder_)->last->so_far->erased, 0U);
  // Of snapshots, the rows of that one are the present still.
  EXPECT_EQ(FindEnd(folder_)->last->so_far->increment, 3U);
  EXPECT_THAT(folder_.List("rewritten/"), IsOkAndHolds(::testing::IsEmpty()));

  for (const TableSchema& schema : PeopleTables()) {
    SCOPED_TRACE(schema.name);
    const std::vector<CellsOfRow> old = RowsIn(before, schema);
    const std::vector<CellsOfRow> now = RowsIn(folder_.files(), schema);
    ASSERT_EQ(old.size(), now.size());
    for (std::size_t row = 0; row < old.size(); ++row) {
      const bool hers = std::find(old[row].begin(), old[row].end(),
                                  ToText(Adaeze())) != old[row].end();
      if (!hers) {
        EXPECT_EQ(now[row], old[row]);
        continue;
      }
      for (std::size_t i = 0; i < now[row].size(); ++i) {
        const std::string& column = schema.columns[i].name;
        if (column == "_erased") {
          EXPECT_EQ(now[row][i], "true");
        } else if (schema.name == "people" && i > 5) {
          EXPECT_EQ(now[row][i], std::nullopt) << column;
        } else if (now[row][i] != old[row][i]) {
          EXPECT_EQ(now[row][i], std::nullopt) << column;
        }
      }
    }
  }
  // What she says that is not personal, and that she was written about.
  EXPECT_THAT(RowsIn(folder_.files(), PeopleTables()[2]),
              Contains(AllOf(Contains(ToText(Adaeze())), Contains("plain"))));
  EXPECT_THAT(RowsIn(folder_.files(), PeopleTables()[2]),
              Contains(AllOf(Contains(ToText(Adaeze())), Contains("g/name"))));
}

TEST_P(RewritingTest, FilesStayWhatTheyAre) {
  const Files before = folder_.files();
  ASSERT_OK(RewriteErased(folder_));
  for (const TableSchema& schema : PeopleTables()) {
    for (const auto& [name, bytes] : before) {
      if (!name.starts_with(schema.name + "/")) continue;
      const FileContents old = Contents(schema, bytes);
      const FileContents now = Contents(schema, folder_.files().at(name));
      EXPECT_EQ(now.columns, old.columns) << name;
      // In Arrow's own words of its schema the items of lists have a name,
      // which reading changes.
      for (const auto& [key, value] : old.metadata) {
        if (key == "ARROW:schema") continue;
        EXPECT_THAT(now.metadata, Contains(::testing::Pair(key, value)));
      }
      EXPECT_EQ(now.row_groups, old.row_groups) << name;
    }
  }
  // The views of the present, and what is about no person.
  for (const auto& [name, bytes] : before) {
    if (name.starts_with("latest/") || name.starts_with("codebook/") ||
        name.starts_with("records/")) {
      EXPECT_EQ(folder_.files().at(name), bytes) << name;
    }
  }
}

TEST_P(RewritingTest, ASecondOneFindsNothing) {
  ASSERT_OK(RewriteErased(folder_));
  const Files before = folder_.files();
  ASSERT_OK_AND_ASSIGN(const Rewritten done, RewriteErased(folder_));
  EXPECT_EQ(done.files, 0U);
  EXPECT_EQ(done.erased, 1U);
  EXPECT_EQ(folder_.files(), before);
}

TEST_P(RewritingTest, TheChainGoesOn) {
  ASSERT_OK(RewriteErased(folder_));
  ASSERT_OK(ExportPeople(folder_, GetParam(), 4));
  ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder_, true));
  EXPECT_EQ(report.increments, 4U);
  EXPECT_EQ(report.rewritings, 1U);
  ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
  EXPECT_EQ(chain.last().number, 5U);
  EXPECT_EQ(chain.last().so_far->increment, 5U);
  EXPECT_EQ(chain.last().so_far->erased, 0U);
}

// The files of the first increments are made once more then.
TEST_P(RewritingTest, SoDoesAnotherRewriting) {
  ASSERT_OK(RewriteErased(folder_));
  ASSERT_OK(ExportPeople(folder_, GetParam(), 4));
  ASSERT_OK(ExportPeople(folder_, GetParam(), 5));
  ASSERT_GT(SecretsIn(folder_.files(), kSecretOfBola), 0);
  ASSERT_OK_AND_ASSIGN(const Rewritten done, RewriteErased(folder_));
  EXPECT_EQ(done.erased, 2U);
  EXPECT_EQ(done.files, 5U);
  EXPECT_EQ(SecretsIn(folder_.files(), kSecretOfBola), 0);
  EXPECT_EQ(SecretsIn(folder_.files()), 0);
  ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder_, true));
  EXPECT_EQ(report.increments, 5U);
  EXPECT_EQ(report.rewritings, 2U);
  const Files before = folder_.files();
  ASSERT_OK(RewriteErased(folder_));
  EXPECT_EQ(folder_.files(), before);
}

// Between two changes nothing is to be seen of where it was killed.
TEST_P(RewritingTest, KilledAtAnyPointAndRunAgainItIsDone) {
  MemoryFolder counted(folder_.files());
  ASSERT_OK(RewriteErased(counted));
  const Files done = counted.files();
  ASSERT_GT(counted.changes().size(), 30U);
  std::size_t unfinished = 0;
  for (const std::size_t n : counted.changes()) {
    SCOPED_TRACE(StrCat("operation ", n));
    MemoryFolder folder(folder_.files());
    folder.Break({.operation = n, .kind = Fault::Kind::kCrashAfter});
    EXPECT_THAT(RewriteErased(folder),
                StatusIs(absl::StatusCode::kUnavailable));

    MemoryFolder left(folder.files());
    ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(left, true));
    EXPECT_EQ(report.leftovers, 0U);
    if (report.unfinished > 0) {
      ++unfinished;
      EXPECT_THAT(IsRewritingUnfinished(left), IsOkAndHolds(true));
    }
    if (unfinished == 3) {
      // Whoever exports before it is finished takes nothing from it.
      MemoryFolder exported(left.files());
      ASSERT_OK(ExportPeople(exported, GetParam(), 4));
      ASSERT_OK(RewriteErased(exported));
      EXPECT_EQ(SecretsIn(exported.files()), 0);
    }
    ASSERT_OK(RewriteErased(left));
    ExpectWhole(left);
    Files files = left.files();
    files["manifests/begun"] = done.at("manifests/begun");
    EXPECT_TRUE(files == done);
  }
  EXPECT_GT(unfinished, 9U);
}

TEST_P(RewritingTest, WhateverFailsIsSaidAndLeavesTheChainWhole) {
  MemoryFolder counted(folder_.files());
  ASSERT_OK(RewriteErased(counted));
  const std::size_t step = GetParam() == "csv" ? 1 : 41;
  for (std::size_t n = 1; n <= counted.operations(); n += step) {
    SCOPED_TRACE(StrCat("operation ", n));
    MemoryFolder folder(folder_.files());
    folder.Break({.operation = n, .kind = Fault::Kind::kError});
    EXPECT_THAT(RewriteErased(folder),
                StatusIs(absl::StatusCode::kUnavailable));
    EXPECT_EQ(folder.under_way(), 0U);
    EXPECT_OK(VerifyChain(folder, true));
  }
}

TEST_P(RewritingTest, WhatAnInterruptedExportLeftGoesToo) {
  const std::string name = StrCat("people/000004.", GetParam());
  folder_.files()[name] = kSecret;
  folder_.files()["rewritten/" + name] = kSecret;
  ASSERT_OK(RewriteErased(folder_));
  EXPECT_EQ(SecretsIn(folder_.files()), 0);
  EXPECT_FALSE(folder_.files().contains(name));
}

// It had begun to make a file of an earlier one once more.
TEST_P(RewritingTest, WhatALaterRewritingLeftWithoutAManifestGoesToo) {
  ASSERT_OK(RewriteErased(folder_));
  const std::string name = StrCat("people/000001.", GetParam());
  folder_.files()["rewritten/" + name] = kSecret;
  const Files before = folder_.files();
  ASSERT_OK(RewriteErased(folder_));
  EXPECT_EQ(SecretsIn(folder_.files()), 0);
  EXPECT_EQ(folder_.files().at(name), before.at(name));
  EXPECT_THAT(IsRewritingUnfinished(folder_), IsOkAndHolds(false));
  ExpectWhole(folder_);
}

// It was as far as its manifest when the rewriting took its number.
TEST_P(RewritingTest, WhatAnOvertakenExportLeftIsNotOfTheChain) {
  ASSERT_OK(RewriteErased(folder_));
  const std::uint64_t number = FindEnd(folder_)->last->number;
  const std::string name = DataFileName("people", number, GetParam());
  folder_.files()[name] = kSecret;
  ASSERT_OK(ExportPeople(folder_, GetParam(), 4));
  EXPECT_FALSE(folder_.files().contains(name));
  EXPECT_TRUE(folder_.files().contains(ManifestName(number)));
  EXPECT_OK(VerifyChain(folder_, true));
}

TEST_P(RewritingTest, NothingIsMadeOfADamagedFile) {
  folder_.files()[StrCat("people/000002.", GetParam())][40] ^= 1;
  EXPECT_THAT(RewriteErased(folder_), StatusIs(absl::StatusCode::kDataLoss,
                                               HasSubstr("people/000002")));
  EXPECT_FALSE(folder_.files().contains("manifests/000004.json"));
}

TEST_P(RewritingTest, AChangedFileIsFoundOutAfterwards) {
  ASSERT_OK(RewriteErased(folder_));
  folder_.files()[StrCat("people/000002.", GetParam())][40] ^= 1;
  EXPECT_THAT(VerifyChain(folder_, true), StatusIs(absl::StatusCode::kDataLoss,
                                                   HasSubstr("people/000002")));
}

TEST_P(RewritingTest, AnExportWithoutPersonalAnswersHasNone) {
  MemoryFolder folder;
  for (unsigned number = 1; number <= 3; ++number) {
    ASSERT_OK(ExportPeople(folder, GetParam(), number, PersonalAnswers::kNone));
  }
  const Files before = folder.files();
  ASSERT_OK_AND_ASSIGN(const Rewritten done, RewriteErased(folder));
  EXPECT_EQ(done.files, 0U);
  EXPECT_EQ(folder.files(), before);
  EXPECT_EQ(FindEnd(folder)->last->so_far->erased, 0U);
}

TEST(RewritingRefusalTest, SaysWhatItCannotRead) {
  MemoryFolder folder;
  EXPECT_THAT(RewriteErased(folder),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "/memory has no export in it"));
  ASSERT_OK(ExportPeople(folder, "csv", 1));
  ASSERT_OK_AND_ASSIGN(Chain chain, ReadChain(folder));
  Manifest manifest = chain.last();
  manifest.format = "xlsx";
  manifest.files.clear();
  manifest.so_far.reset();
  folder.files() = {{ManifestName(1), EncodeManifest(manifest)}};
  EXPECT_THAT(RewriteErased(folder),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "files of format xlsx cannot be read back: export to "
                       "another folder, and remove /memory"));
}

}  // namespace
}  // namespace chasqui::exporting
