// Exports that go well, and those that are refused.

#include "export/export_run.h"

#include <memory>
#include <string>
#include <utility>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/fake_survey.h"
#include "tests/export/memory_folder.h"
#include "tests/export/plain_files.h"
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

ExportSettings Settings() {
  return {.survey = "census", .format = "csv", .make_writer = NewPlainWriter};
}

class ExportRunTest : public ::testing::Test {
 protected:
  absl::StatusOr<ExportStep> Export(ExportSettings settings = Settings()) {
    ASSIGN_OR_RETURN(const auto run,
                     ExportRun::Open(folder_, std::move(settings)));
    return run->Step(survey_.lineage(),
                     [this](const IncrementRequest& request)
                         -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                       request_ = request;
                       return survey_.Read(request);
                     });
  }
  // The chain has everything, and nothing besides.
  void ExpectPresent() {
    EXPECT_EQ(PresentIn(folder_), survey_.Present());
    ASSERT_OK_AND_ASSIGN(const Chain chain, ReadChain(folder_));
    EXPECT_EQ(chain.last().to, survey_.position());
  }

  FakeSurvey survey_;
  MemoryFolder folder_;
  IncrementRequest request_;  // the last
};

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
      IsOkAndHolds(ElementsAre("README.txt", "codebook/000001.csv",
                               "history/000001.csv", "latest/bigquery.sql",
                               "latest/duckdb.sql", "latest/postgresql.sql",
                               "latest/spark.sql", "manifests/000001.json",
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
  ASSERT_OK_AND_ASSIGN(const auto run, ExportRun::Open(folder_, Settings()));
  for (unsigned i = 0; i < 12; ++i) {
    survey_.Save(i % 5, std::to_string(i));
    ASSERT_OK_AND_ASSIGN(
        const ExportStep step,
        run->Step(survey_.lineage(), [this](const IncrementRequest& request) {
          return survey_.Read(request);
        }));
    EXPECT_TRUE(step.made);
  }
  EXPECT_THAT(run->chain().increments, SizeIs(12));
  ExpectPresent();
}

TEST_F(ExportRunTest, AChainMayBeginAnywhere) {
  survey_.Save(2, "a");
  ExportSettings settings = Settings();
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

TEST_F(ExportRunTest, AnotherServersLogIsRefused) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  const Files before = folder_.files();
  const Lineage other = {{LogName{0xFEED}, 1}};
  ASSERT_OK_AND_ASSIGN(const auto run, ExportRun::Open(folder_, Settings()));
  EXPECT_THAT(
      run->Step(other,
                [](const IncrementRequest&)
                    -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                  return absl::InternalError("was asked");
                }),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("/memory has an export up to "),
                     HasSubstr("census shares nothing with"))));
  EXPECT_EQ(folder_.files(), before);
}

TEST_F(ExportRunTest, ARestoreWhileTheIncrementComesIsNoticed) {
  survey_.Save(2, "a");
  const Seq backup = survey_.head();
  survey_.Save(4, "b");
  ASSERT_OK(Export());
  ASSERT_OK_AND_ASSIGN(const auto run, ExportRun::Open(folder_, Settings()));
  const Lineage lineage = survey_.lineage();
  survey_.RestoreTo(backup);
  const auto read = [this](const IncrementRequest& request) {
    return survey_.Read(request);
  };
  EXPECT_THAT(run->Step(lineage, read), StatusIs(absl::StatusCode::kAborted));
  EXPECT_THAT(run->chain().increments, SizeIs(1));
  ASSERT_OK(run->Step(survey_.lineage(), read));
  ExpectPresent();
}

TEST_F(ExportRunTest, AFolderOfAnotherKindIsRefused) {
  ASSERT_OK(Export());
  const Files before = folder_.files();
  ExportSettings settings = Settings();
  settings.survey = "other";
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "/memory has an export of survey census, not other: "
                       "give another folder"));
  settings = Settings();
  settings.format = "parquet";
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in format csv, not parquet")));
  settings = Settings();
  settings.personal = PersonalAnswers::kClear;
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("with personal answers none, not clear")));
  EXPECT_EQ(folder_.files(), before);
}

TEST_F(ExportRunTest, OtherPeoplesFilesAreLeftAlone) {
  for (const Files& files :
       {Files{{"schools/000001.csv", "theirs"}},
        Files{{"README.txt", "My data\n"}, {"schools/000001.csv", "theirs"}},
        Files{{"manifests/000001.json", "{\"format\": \"iceberg\"}"}},
        Files{{"manifests/snap-1.json", "{}"}}}) {
    folder_.files() = files;
    EXPECT_THAT(Export(), StatusIs(absl::StatusCode::kFailedPrecondition));
    EXPECT_EQ(folder_.files(), files);
  }
}

TEST_F(ExportRunTest, AnotherExportsManifestIsNotOverwritten) {
  survey_.Save(2, "a");
  ASSERT_OK_AND_ASSIGN(const auto run, ExportRun::Open(folder_, Settings()));
  const auto step =
      run->Step(survey_.lineage(),
                [this](const IncrementRequest& request)
                    -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                  folder_.files()["manifests/000001.json"] = "of the other";
                  return survey_.Read(request);
                });
  EXPECT_THAT(step, StatusIs(absl::StatusCode::kFailedPrecondition,
                             HasSubstr("by another export")));
  EXPECT_EQ(folder_.files()["manifests/000001.json"], "of the other");
}

// Rows that come from elsewhere.
class GivenSource final : public IncrementSource {
 public:
  explicit GivenSource(TableSchema schema) : tables_{std::move(schema)} {}

  const std::vector<TableSchema>& tables() const override { return tables_; }
  absl::StatusOr<const Batch*> Next() override {
    if (std::exchange(came_, true)) return nullptr;
    return &batch_;
  }
  const IncrementSummary& summary() const override { return summary_; }

  std::vector<TableSchema> tables_;
  Batch batch_{tables_[0]};
  IncrementSummary summary_{.to = {LogName{1}, 5},
                            .lineage = {{LogName{1}, 1}}};

 private:
  bool came_ = false;
};

class WrongRowsTest : public ExportRunTest {
 protected:
  absl::Status ExportOf(std::unique_ptr<GivenSource> source) {
    ASSIGN_OR_RETURN(const auto run, ExportRun::Open(folder_, Settings()));
    const absl::Status status =
        run->Step({},
                  [&](const IncrementRequest&)
                      -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                    return std::move(source);
                  })
            .status();
    EXPECT_THAT(folder_.List(""), IsOkAndHolds(ElementsAre("README.txt")));
    return status;
  }
  static void AddRow(std::string_view id, Batch& batch) {
    batch.AddText(id);
    batch.AddNumber(3);
    batch.AddNumber(1);
    batch.AddNumber(0);
    batch.AddText("name");
  }
};

TEST_F(WrongRowsTest, AreSaidToBeSo) {
  auto source = std::make_unique<GivenSource>(FakeSurvey::Tables()[0]);
  AddRow("not a uuid", source->batch_);
  EXPECT_THAT(ExportOf(std::move(source)),
              StatusIs(absl::StatusCode::kInternal,
                       HasSubstr("schools: \"not a uuid\" is no record's id")));

  TableSchema schema = FakeSurvey::Tables()[0];
  schema.columns[1].name = "seq";
  source = std::make_unique<GivenSource>(schema);
  AddRow(ToText(FakeSurvey::IdOf(1)), source->batch_);
  EXPECT_THAT(ExportOf(std::move(source)),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "table schools: its kind, records, takes a column _seq "
                       "of type integer"));

  source = std::make_unique<GivenSource>(FakeSurvey::Tables()[0]);
  source->summary_.from = 6;
  EXPECT_THAT(ExportOf(std::move(source)),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("from seq 6")));
}

TEST_F(WrongRowsTest, OfATableThatIsNone) {
  auto source = std::make_unique<GivenSource>(FakeSurvey::Tables()[0]);
  const TableSchema other = [] {
    TableSchema schema = FakeSurvey::Tables()[0];
    schema.name = "other";
    return schema;
  }();
  source->batch_ = Batch(other);
  AddRow(ToText(FakeSurvey::IdOf(1)), source->batch_);
  ASSERT_OK_AND_ASSIGN(const auto run, ExportRun::Open(folder_, Settings()));
  EXPECT_THAT(
      run->Step({},
                [&](const IncrementRequest&)
                    -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                  return std::move(source);
                }),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("other")));
  EXPECT_THAT(run->chain().increments, IsEmpty());
}

}  // namespace
}  // namespace chasqui::exporting
