// What exports come to, run after run.

#include "export/chain/export_run.h"

#include <string>

#include "export/chain/verify.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/chain/export_run_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::IsOkAndHolds;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_F(ExportRunTest, TheFirstIncrementHasEveryRecord) {
  survey_.Save(2, "Escuela 2");
  survey_.Save(3, "first visit");
  survey_.Save(2, "Escuela Dos");
  survey_.Save(4, "closed");
  survey_.Delete(4);
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export());
  EXPECT_TRUE(step.made);
  EXPECT_EQ(step.retracted, 0U);
  EXPECT_EQ(request_.since, Position{});
  EXPECT_EQ(request_.number, 1U);
  ExpectPresent();
  EXPECT_THAT(
      folder_.List(""),
      IsOkAndHolds(ElementsAre(
          "README.txt", "codebook/000001.csv", "history/000001.csv",
          "latest/bigquery.sql", "latest/duckdb.sql", "latest/postgresql.sql",
          "latest/spark.sql", "manifests/000001.json", "manifests/begun",
          "records/000001.ids", "schools.rooms/000001.csv",
          "schools/000001.csv", "visits/000001.csv")));
}

TEST_F(ExportRunTest, AnIncrementHasWhatChangedAlone) {
  survey_.Save(2, "a");
  survey_.Save(4, "b");
  ASSERT_OK(Export());
  const Position first = survey_.position();
  survey_.Save(6, "c");
  survey_.Delete(2);
  survey_.Restart();
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export());
  EXPECT_TRUE(step.made);
  EXPECT_EQ(request_.since, first);
  EXPECT_THAT(request_.also, IsEmpty());
  ExpectPresent();
  EXPECT_THAT(folder_.Read("schools/000002.csv"),
              IsOkAndHolds(AllOf(HasSubstr(ToText(FakeSurvey::IdOf(2))),
                                 HasSubstr(ToText(FakeSurvey::IdOf(6))))));
  EXPECT_THAT(
      folder_.Read("schools/000002.csv"),
      IsOkAndHolds(::testing::Not(HasSubstr(ToText(FakeSurvey::IdOf(4))))));
}

TEST_F(ExportRunTest, NoIncrementIsMadeWhenNothingChanged) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  const Files before = folder_.files();
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export());
  EXPECT_FALSE(step.made);
  EXPECT_EQ(folder_.files(), before);
  EXPECT_EQ(folder_.under_way(), 0U);
}

TEST_F(ExportRunTest, OneRunMakesManyIncrements) {
  ASSERT_OK_AND_ASSIGN(const auto run,
                       ExportRun::Open(folder_, PlainSettings()));
  for (unsigned i = 0; i < 12; ++i) {
    survey_.Save(i % 5, std::to_string(i));
    ASSERT_OK_AND_ASSIGN(
        const ExportStep step,
        run->Step(survey_.lineage(), [this](const IncrementRequest& request) {
          return survey_.Read(request);
        }));
    EXPECT_TRUE(step.made);
  }
  EXPECT_EQ(run->end().last->number, 12U);
  ExpectPresent();
}

// A chain of a year has half a million.
TEST_F(ExportRunTest, ARunLooksAtTheLastManifestAlone) {
  survey_.Save(2, "a");
  const auto step = [&] {
    survey_.Save(3, "again");
    const std::size_t before = folder_.operations();
    EXPECT_OK(Export());
    return folder_.operations() - before;
  };
  step();
  const std::size_t operations = step();
  for (int i = 0; i < 20; ++i) EXPECT_EQ(step(), operations);
  // What lies before it is for those who verify.
  folder_.files()[ManifestName(5)] = "changed by hand";
  EXPECT_EQ(step(), operations);
  EXPECT_THAT(VerifyChain(folder_, true).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("manifests/000005.json")));
}

TEST_F(ExportRunTest, WithoutWordOfTheEndTheChainIsReadAsAWhole) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  survey_.Save(4, "b");
  ASSERT_OK(Export());
  std::uint64_t number = 2;
  for (const char* said : {"", "x y\n", "0 y\n", "1 y\n", "7 y\n"}) {
    SCOPED_TRACE(said);
    folder_.files()["manifests/begun"] = said;
    survey_.Save(6, "c");
    ASSERT_OK(Export());
    ExpectPresent();
    EXPECT_EQ(FindEnd(folder_)->last->number, ++number);
  }
  folder_.files().erase("manifests/begun");
  survey_.Delete(2);
  ASSERT_OK(Export());
  ExpectPresent();
}

TEST_F(ExportRunTest, AChainMayBeginAnywhere) {
  survey_.Save(2, "a");
  ExportSettings settings = PlainSettings();
  settings.since = survey_.position();
  survey_.Save(4, "b");
  ASSERT_OK(Export(settings));
  EXPECT_EQ(request_.since, settings.since);
  EXPECT_THAT(PresentIn(folder_)["schools"], SizeIs(1));

  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("from where the next increment goes on")));
  settings.since = survey_.position();
  survey_.Save(6, "c");
  EXPECT_OK(Export(settings));
}

TEST_F(ExportRunTest, AfterARestoreWhatIsNoMoreIsRetracted) {
  survey_.Save(2, "stays");
  survey_.Save(4, "as it was");
  survey_.Save(10, "deleted in the future that was cut off");
  const Seq backup = survey_.head();
  ASSERT_OK(Export());
  survey_.Save(4, "changed");
  survey_.Save(6, "made");
  survey_.Save(7, "visited");
  survey_.Delete(10);
  ASSERT_OK(Export());

  survey_.RestoreTo(backup);
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export());
  EXPECT_TRUE(step.made);
  EXPECT_EQ(step.retracted, 4U);
  EXPECT_EQ(request_.since->seq, backup);
  EXPECT_THAT(request_.also,
              ElementsAre(FakeSurvey::IdOf(4), FakeSurvey::IdOf(6),
                          FakeSurvey::IdOf(7), FakeSurvey::IdOf(10)));
  ExpectPresent();
}

// The first increment asked for what is there alone: of what was gone by then
// the chain had no row, and so did not ask for it again.
TEST_F(ExportRunTest, WhatWasGoneBeforeTheFirstIncrementComesBack) {
  survey_.Save(2, "back again");
  const Seq backup = survey_.head();
  survey_.Delete(2);
  ASSERT_OK(Export());
  survey_.RestoreTo(backup);
  ASSERT_OK(Export());
  EXPECT_THAT(request_.also, ElementsAre(FakeSurvey::IdOf(2)));
  ExpectPresent();
}

TEST_F(ExportRunTest, ARestoreThatLostNothingRetractsNothing) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  survey_.RestoreTo(survey_.head());
  survey_.Save(4, "b");
  ASSERT_OK_AND_ASSIGN(const ExportStep step, Export());
  EXPECT_EQ(step.retracted, 0U);
  ExpectPresent();
}

TEST_F(ExportRunTest, RestoresMayComeOneAfterTheOther) {
  survey_.Save(2, "a");
  const Seq backup = survey_.head();
  survey_.Save(4, "b");
  ASSERT_OK(Export());
  survey_.Save(2, "a again");
  ASSERT_OK(Export());
  survey_.RestoreTo(survey_.head() - 1);
  survey_.Save(6, "c");
  ASSERT_OK(Export());
  // Also forgets that it had been restored.
  survey_.RestoreTo(backup);
  survey_.Save(8, "d");
  survey_.Save(8, "e");
  survey_.Save(8, "f");
  survey_.Save(8, "g");
  ASSERT_OK(Export());
  ExpectPresent();
}

TEST_F(ExportRunTest, AChainWithoutHistoryStaysSo) {
  ExportSettings settings = PlainSettings();
  settings.history = false;
  survey_.Save(2, "first");
  ASSERT_OK(Export(settings));
  EXPECT_FALSE(request_.history);
  survey_.Save(2, "second");
  ASSERT_OK(Export());
  EXPECT_FALSE(request_.history);
  EXPECT_FALSE(folder_.files().contains("history/000002.csv"));
  EXPECT_TRUE(folder_.files().contains("schools/000002.csv"));
}

}  // namespace
}  // namespace chasqui::exporting
