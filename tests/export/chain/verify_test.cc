// Whether an export that is not whole is found out.

#include "export/chain/verify.h"

#include <algorithm>
#include <string>

#include "export/chain/export_run.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/fake_survey.h"
#include "tests/export/chain/memory_folder.h"
#include "tests/export/chain/plain_files.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::StatusIs;
using ::testing::HasSubstr;

class VerifyChainTest : public ::testing::Test {
 protected:
  VerifyChainTest() {
    survey_.Save(2, "a");
    survey_.Save(3, "b");
    Export();
    survey_.Save(4, "c");
    Export();
    survey_.RestoreTo(2);
    Export();
  }
  void Export() {
    ASSERT_OK_AND_ASSIGN(
        const auto run,
        ExportRun::Open(folder_, {.survey = "census",
                                  .format = "csv",
                                  .make_writer = NewPlainWriter}));
    ASSERT_OK(
        run->Step(survey_.lineage(), [this](const IncrementRequest& request) {
          return survey_.Read(request);
        }));
  }

  FakeSurvey survey_;
  MemoryFolder folder_;
};

TEST_F(VerifyChainTest, SaysWhatItFound) {
  ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder_, true));
  EXPECT_EQ(report.survey, "census");
  EXPECT_EQ(report.format, "csv");
  EXPECT_EQ(report.increments, 3U);
  EXPECT_EQ(report.restores, 1U);
  EXPECT_EQ(report.to, survey_.position());
  EXPECT_EQ(report.leftovers, 0U);
  std::size_t files = 0;
  std::uint64_t bytes = 0;
  std::uint64_t lines = 0;
  for (const auto& [name, text] : folder_.files()) {
    if (!IncrementOf(name).has_value() || name.starts_with("manifests/")) {
      continue;
    }
    ++files;
    bytes += text.size();
    if (name.ends_with(".csv")) {
      lines += static_cast<std::uint64_t>(
          std::count(text.begin(), text.end(), '\n') - 1);
    }
  }
  EXPECT_EQ(report.files, files);
  EXPECT_EQ(report.bytes, bytes);
  EXPECT_EQ(report.rows, lines);
}

TEST_F(VerifyChainTest, EachFileMustBeThereAndAsItWas) {
  const Files whole = folder_.files();
  for (const auto& [name, text] : whole) {
    if (!IncrementOf(name).has_value() || name.starts_with("manifests/")) {
      continue;
    }
    SCOPED_TRACE(name);
    MemoryFolder folder(whole);
    folder.files().erase(name);
    for (const bool read_files : {true, false}) {
      EXPECT_THAT(VerifyChain(folder, read_files),
                  StatusIs(absl::StatusCode::kDataLoss,
                           "/memory/" + name + " is missing"));
    }
    folder.files() = whole;
    folder.files()[name].back() ^= 1;
    EXPECT_THAT(VerifyChain(folder, true),
                StatusIs(absl::StatusCode::kDataLoss,
                         HasSubstr(name + " has another checksum")));
    EXPECT_OK(VerifyChain(folder, false));
    folder.files()[name].pop_back();
    EXPECT_THAT(VerifyChain(folder, true),
                StatusIs(absl::StatusCode::kDataLoss,
                         HasSubstr(" bytes, its manifest says ")));
  }
}

TEST_F(VerifyChainTest, WhatIsBeyondItsEndIsCounted) {
  folder_.files()["schools/000004.csv"] = "of a run that was killed";
  ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder_, true));
  EXPECT_EQ(report.leftovers, 1U);
}

TEST_F(VerifyChainTest, NothingIsNoExport) {
  EXPECT_THAT(VerifyChain(MemoryFolder(), true),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "/memory has no export in it"));
}

}  // namespace
}  // namespace chasqui::exporting
