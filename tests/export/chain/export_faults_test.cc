// Exports that are killed, or fail, at every point.

#include <memory>
#include <string>
#include <utility>

#include "export/chain/export_run.h"
#include "export/chain/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/export/chain/fake_survey.h"
#include "tests/export/chain/memory_folder.h"
#include "tests/export/chain/plain_files.h"
#include "tests/testing/random.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::Random;
using chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using Fault = MemoryFolder::Fault;

// Not named as that of another test of this folder.
absl::StatusOr<std::unique_ptr<ExportRun>> OpenRun(Folder& folder) {
  return ExportRun::Open(
      folder,
      {.survey = "census", .format = "csv", .make_writer = NewPlainWriter});
}

absl::StatusOr<ExportStep> StepOf(ExportRun& run, const FakeSurvey& survey) {
  return run.Step(survey.lineage(), [&survey](const IncrementRequest& request) {
    return survey.Read(request);
  });
}

absl::Status Export(Folder& folder, const FakeSurvey& survey) {
  ASSIGN_OR_RETURN(const auto run, OpenRun(folder));
  return StepOf(*run, survey).status();
}

// The chain has everything, nothing twice, and no file is there that is not of
// it.
void ExpectWhole(const Folder& folder, const FakeSurvey& survey) {
  ASSERT_OK_AND_ASSIGN(const ChainReport report, VerifyChain(folder, true));
  EXPECT_EQ(report.leftovers, 0U);
  EXPECT_EQ(report.to, survey.position());
  EXPECT_EQ(PresentIn(folder), survey.Present());
  ASSERT_OK_AND_ASSIGN(const auto files, folder.List(""));
  std::size_t of_chain = report.files + report.increments;
  for (const std::string& file : files) {
    if (file == "README.txt" || file == "manifests/begun" ||
        file.starts_with("latest/")) {
      ++of_chain;
    }
  }
  EXPECT_EQ(files.size(), of_chain);
}

// A story up to the point at which things go wrong, and on from there.
struct Story {
  const char* name;
  // Makes the chain and the survey that the export that fails begins with.
  void (*before)(FakeSurvey& survey, MemoryFolder& folder);
  // What happens between it and the next.
  void (*between)(FakeSurvey& survey);
};

void PrintTo(const Story& story, std::ostream* out) { *out << story.name; }

void BeginTwo(FakeSurvey& survey, MemoryFolder& folder) {
  survey.Save(2, "a");
  survey.Save(3, "b");
  ASSERT_OK(Export(folder, survey));
  survey.Save(2, "c");
  survey.Save(4, "d");
  ASSERT_OK(Export(folder, survey));
}

class ExportFaultTest : public ::testing::TestWithParam<Story> {
 protected:
  // How many operations the export takes when nothing goes wrong.
  std::size_t Operations() const {
    FakeSurvey survey;
    MemoryFolder folder;
    GetParam().before(survey, folder);
    const std::size_t before = folder.operations();
    EXPECT_OK(Export(folder, survey));
    const std::size_t operations = folder.operations() - before;
    ExpectWhole(folder, survey);
    return operations;
  }
};

INSTANTIATE_TEST_SUITE_P(
    , ExportFaultTest,
    ::testing::Values(
        Story{"First",
              [](FakeSurvey& survey, MemoryFolder&) {
                survey.Save(2, "a");
                survey.Save(3, "b");
                survey.Save(5, "c");
              },
              [](FakeSurvey&) {}},
        // What the killed export had files of may have no rows in the next.
        Story{"FirstAndThenLess",
              [](FakeSurvey& survey, MemoryFolder&) {
                survey.Save(2, "a");
                survey.Save(3, "b");
              },
              [](FakeSurvey& survey) {
                survey.Delete(2);
                survey.Delete(3);
              }},
        Story{"Third",
              [](FakeSurvey& survey, MemoryFolder& folder) {
                BeginTwo(survey, folder);
                survey.Save(6, "e");
                survey.Delete(3);
                survey.Restart();
              },
              [](FakeSurvey& survey) { survey.Save(8, "f"); }},
        Story{"AfterARestore",
              [](FakeSurvey& survey, MemoryFolder& folder) {
                BeginTwo(survey, folder);
                survey.RestoreTo(3);
                survey.Save(6, "e");
              },
              [](FakeSurvey&) {}},
        Story{"RestoredInBetween",
              [](FakeSurvey& survey, MemoryFolder& folder) {
                BeginTwo(survey, folder);
                survey.Save(6, "e");
              },
              [](FakeSurvey& survey) {
                survey.RestoreTo(4);
                survey.Save(8, "f");
              }}),
    [](const auto& story) { return std::string(story.param.name); });

TEST_P(ExportFaultTest, KilledAtAnyPointAndRunAgainNothingIsLostOrTwice) {
  const std::size_t operations = Operations();
  ASSERT_GT(operations, 20U);
  for (const auto kind :
       {Fault::Kind::kCrashBefore, Fault::Kind::kCrashAfter}) {
    for (std::size_t n = 1; n <= operations; ++n) {
      SCOPED_TRACE(StrCat("operation ", n, " of ", operations));
      FakeSurvey survey;
      MemoryFolder folder;
      GetParam().before(survey, folder);
      folder.Break({.operation = folder.operations() + n, .kind = kind});
      EXPECT_THAT(Export(folder, survey),
                  StatusIs(absl::StatusCode::kUnavailable));

      MemoryFolder left(folder.files());
      GetParam().between(survey);
      ASSERT_OK(Export(left, survey));
      ExpectWhole(left, survey);
    }
  }
}

TEST_P(ExportFaultTest, WhatFailedOnceIsDoneByTheNextStep) {
  const std::size_t operations = Operations();
  for (const auto kind : {Fault::Kind::kError, Fault::Kind::kCrashAfter}) {
    for (std::size_t n = 1; n <= operations; ++n) {
      SCOPED_TRACE(StrCat("operation ", n, " of ", operations));
      FakeSurvey survey;
      MemoryFolder folder;
      GetParam().before(survey, folder);
      folder.Break({.operation = folder.operations() + n, .kind = kind});
      const auto run = OpenRun(folder);
      if (!run.ok()) continue;  // before the first step
      EXPECT_THAT(StepOf(**run, survey),
                  StatusIs(absl::StatusCode::kUnavailable));
      EXPECT_EQ(folder.under_way(), 0U);

      folder.Break({});
      GetParam().between(survey);
      ASSERT_OK(StepOf(**run, survey));
      ExpectWhole(folder, survey);
    }
  }
}

TEST_P(ExportFaultTest, WithoutRoomTheChainStaysAsItWas) {
  FakeSurvey survey;
  MemoryFolder folder;
  GetParam().before(survey, folder);
  std::size_t used = 0;
  for (const auto& [name, bytes] : folder.files()) used += bytes.size();
  int full = 0;
  for (std::size_t room = used;; room += 97) {
    SCOPED_TRACE(StrCat(room, " bytes of room"));
    MemoryFolder small(folder.files());
    small.Limit(room);
    const absl::Status status = Export(small, survey);
    if (status.ok()) break;
    ++full;
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted,
                                 HasSubstr("no room for /memory/")));
    if (!StdView(status.message()).starts_with("increment ")) {
      EXPECT_EQ(ReadChain(small)->increments.size(),
                ReadChain(folder)->increments.size());
    }
    small.Limit(1 << 30);
    ASSERT_OK(Export(small, survey));
    ExpectWhole(small, survey);
  }
  EXPECT_GT(full, 10);
}

TEST_P(ExportFaultTest, ASourceThatEndsEarlyLeavesNothing) {
  FakeSurvey survey;
  MemoryFolder folder;
  GetParam().before(survey, folder);
  ASSERT_OK_AND_ASSIGN(const auto run, OpenRun(folder));
  for (std::size_t batches = 0; batches < 3; ++batches) {
    EXPECT_THAT(
        run->Step(survey.lineage(),
                  [&](const IncrementRequest& request) {
                    return survey.Read(request, 1, batches);
                  }),
        StatusIs(absl::StatusCode::kUnavailable, "the connection was lost"));
    EXPECT_EQ(folder.under_way(), 0U);
    Files files = folder.files();
    files.erase("README.txt");
    files.erase("manifests/begun");
    MemoryFolder fresh;
    FakeSurvey again;
    GetParam().before(again, fresh);
    Files before = fresh.files();
    before.erase("README.txt");
    before.erase("manifests/begun");
    EXPECT_EQ(files, before);
  }
  ASSERT_OK(StepOf(*run, survey));
  ExpectWhole(folder, survey);
}

// Everything at once, whatever comes.
TEST(ExportScheduleTest, WhateverHappensTheChainComesToThePresent) {
  for (std::uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE(StrCat("seed ", seed));
    Random random(seed);
    FakeSurvey survey;
    auto folder = std::make_unique<MemoryFolder>();
    for (int step = 0; step < 60; ++step) {
      const std::uint64_t what = random.Below(100);
      const auto record = static_cast<unsigned>(random.Below(8));
      if (what < 45) {
        survey.Save(record, StrCat("s", step));
      } else if (what < 60) {
        survey.Delete(record);
      } else if (what < 65) {
        survey.Restart();
      } else if (what < 70) {
        survey.RestoreTo(1 + random.Below(survey.head()));
      } else if (what < 85) {
        ASSERT_OK(Export(*folder, survey));
        ExpectWhole(*folder, survey);
      } else {
        folder->Break({.operation = folder->operations() + 1 + random.Below(60),
                       .kind = random.Chance(50) ? Fault::Kind::kCrashBefore
                                                 : Fault::Kind::kCrashAfter});
        const absl::Status status = Export(*folder, survey);
        EXPECT_TRUE(status.ok() || absl::IsUnavailable(status)) << status;
        folder = std::make_unique<MemoryFolder>(folder->files());
      }
      if (::testing::Test::HasFailure()) return;
    }
  }
}

}  // namespace
}  // namespace chasqui::exporting
