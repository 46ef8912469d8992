// Exports that are refused, or come with what cannot be.

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/chain/export_run.h"
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

class ExportRefusalTest : public ExportRunTest {
 protected:
  // While its file is finished, another export begins.
  class InterruptedWriter final : public TableWriter {
   public:
    InterruptedWriter(std::unique_ptr<TableWriter> writer, Files& files)
        : writer_(std::move(writer)), files_(files) {}
    absl::Status Write(const Batch& batch) override {
      return writer_->Write(batch);
    }
    absl::Status Close() override {
      files_["manifests/begun"] = "2 another\n";
      return writer_->Close();
    }

   private:
    const std::unique_ptr<TableWriter> writer_;
    Files& files_;
  };
  std::unique_ptr<TableWriter> NewInterruptedWriter(const TableSchema& schema,
                                                    Sink& sink) {
    return std::make_unique<InterruptedWriter>(NewPlainWriter(schema, sink),
                                               folder_.files());
  }
};

TEST_F(ExportRefusalTest, AnotherServersLogIsRefused) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  const Files before = folder_.files();
  const Lineage other = {{LogName{0xFEED}, 1}};
  ASSERT_OK_AND_ASSIGN(const auto run,
                       ExportRun::Open(folder_, PlainSettings()));
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

TEST_F(ExportRefusalTest, ARestoreWhileTheIncrementComesIsNoticed) {
  survey_.Save(2, "a");
  const Seq backup = survey_.head();
  survey_.Save(4, "b");
  ASSERT_OK(Export());
  ASSERT_OK_AND_ASSIGN(const auto run,
                       ExportRun::Open(folder_, PlainSettings()));
  const Lineage lineage = survey_.lineage();
  survey_.RestoreTo(backup);
  const auto read = [this](const IncrementRequest& request) {
    return survey_.Read(request);
  };
  EXPECT_THAT(run->Step(lineage, read), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(run->end().last->number, 1U);
  ASSERT_OK(run->Step(survey_.lineage(), read));
  ExpectPresent();
}

TEST_F(ExportRefusalTest, AFolderOfAnotherKindIsRefused) {
  ASSERT_OK(Export());
  const Files before = folder_.files();
  ExportSettings settings = PlainSettings();
  settings.survey = "other";
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       "/memory has an export of survey census, not other: "
                       "give another folder"));
  settings = PlainSettings();
  settings.format = "parquet";
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("in format csv, not parquet")));
  settings = PlainSettings();
  settings.personal = PersonalAnswers::kClear;
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("with personal answers none, not clear")));
  settings = PlainSettings();
  settings.history = false;
  EXPECT_THAT(Export(settings),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("an export with the history")));
  EXPECT_EQ(folder_.files(), before);
}

TEST_F(ExportRefusalTest, OtherPeoplesFilesAreLeftAlone) {
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

TEST_F(ExportRefusalTest, AnotherExportsManifestIsNotOverwritten) {
  survey_.Save(2, "a");
  ASSERT_OK_AND_ASSIGN(const auto run,
                       ExportRun::Open(folder_, PlainSettings()));
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

// Where no lock keeps it out, as in object storage.
TEST_F(ExportRefusalTest, AnotherExportUnderWayIsNoticed) {
  survey_.Save(2, "a");
  ASSERT_OK(Export());
  survey_.Save(4, "b");
  ASSERT_OK_AND_ASSIGN(
      const auto run,
      ExportRun::Open(folder_, {.survey = "census",
                                .format = "csv",
                                .make_writer = [this](const TableSchema& schema,
                                                      Sink& sink) {
                                  return NewInterruptedWriter(schema, sink);
                                }}));
  EXPECT_THAT(
      run->Step(survey_.lineage(),
                [this](const IncrementRequest& request) {
                  return survey_.Read(request);
                }),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               "/memory/manifests/begun has just been written by another "
               "export: one at a time"));
  EXPECT_FALSE(folder_.files().contains("manifests/000002.json"));
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

class WrongRowsTest : public ExportRefusalTest {
 protected:
  absl::Status ExportOf(std::unique_ptr<GivenSource> source) {
    ASSIGN_OR_RETURN(const auto run, ExportRun::Open(folder_, PlainSettings()));
    absl::Status status =
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
  ASSERT_OK_AND_ASSIGN(const auto run,
                       ExportRun::Open(folder_, PlainSettings()));
  EXPECT_THAT(
      run->Step({},
                [&](const IncrementRequest&)
                    -> absl::StatusOr<std::unique_ptr<IncrementSource>> {
                  return std::move(source);
                }),
      StatusIs(absl::StatusCode::kInternal, HasSubstr("other")));
  EXPECT_TRUE(run->end().empty());
}

}  // namespace
}  // namespace chasqui::exporting
