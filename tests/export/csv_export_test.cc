#include "export/csv_export.h"

#include <map>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/register_csv.h"
#include "tests/export/school_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::RowOf;
using chasqui::testing::School;
using chasqui::testing::SchoolSurvey;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Le;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

using Line = std::map<std::string, std::string>;

struct Exported {
  std::map<std::string, std::vector<std::string>> headers;
  std::map<std::string, std::vector<Line>> lines;
  std::vector<std::size_t> piece_sizes;
  Position position;
};

void Parse(const std::string& file, const std::string& csv, Exported& out) {
  CsvReader reader(csv);
  out.headers[file] = (*reader.Next())->cells;
  for (auto line = *reader.Next(); line.has_value(); line = *reader.Next()) {
    Line cells;
    CHECK(line->cells.size() == out.headers[file].size());
    for (std::size_t i = 0; i < line->cells.size(); ++i) {
      cells[out.headers[file][i]] = line->cells[i];
    }
    out.lines[file].push_back(std::move(cells));
  }
}

Exported Export(const SchoolSurvey& survey,
                std::optional<Seq> since = std::nullopt) {
  CsvExport exporting(survey.Read(), since);
  std::map<std::string, std::string> files;
  Exported out;
  while (true) {
    auto piece = exporting.Next();
    CHECK(piece.ok());
    if (!piece->has_value()) break;
    out.piece_sizes.push_back((*piece)->data.size());
    files[(*piece)->file] += (*piece)->data;
  }
  for (const auto& [name, csv] : files) Parse(name, csv, out);
  for (const FileSummary& file : exporting.Files()) {
    EXPECT_EQ(file.rows, out.lines[file.file].size()) << file.file;
  }
  out.position = exporting.position();
  return out;
}

TEST(CsvExportTest, AnEmptySurveyHasAllTablesWithoutLines) {
  const SchoolSurvey survey;
  const Exported out = Export(survey);
  EXPECT_THAT(out.headers.at("school.csv"),
              ElementsAre("_id", "_seq", "_status", "_area", "_assignee",
                          "_created", "_updated", "_form_version",
                          "_open_conflicts", "_deleted", "name", "pupils",
                          "opened", "water", "services", "building/rooms"));
  EXPECT_THAT(out.headers.at("school.class.csv"),
              ElementsAre("_id", "_row", "_parent_row", "_seq", "_deleted",
                          "class/grade"));
  EXPECT_THAT(out.headers.at("school.class-pupil.csv"),
              ElementsAre("_id", "_row", "_parent_row", "_seq", "_deleted",
                          "class/pupil/name"));
  EXPECT_EQ(out.headers.count("conflicts.csv"), 1);
  EXPECT_THAT(out.lines.at("school.csv"), IsEmpty());
}

TEST(CsvExportTest, ShowsEveryTypeAsText) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "Ọba, \"I\"");
  change.ops.push_back(survey.Set("pupils", Value::Integer(-12)));
  change.ops.push_back(
      survey.Set("water", Value::Choice(survey.Choice("water", "well"))));
  change.ops.push_back(survey.Set("services", Value::Answered()));
  change.ops.push_back(survey.Tick("services", "health", true));
  change.ops.push_back(survey.Tick("services", "meals", true));
  change.ops.push_back(survey.Set("building/rooms", Value::Cleared()));
  const ChangeAnswer answer = survey.Deliver("tablet", change);
  ASSERT_EQ(answer.outcome.kind, OutcomeKind::kApplied);

  const Exported out = Export(survey);
  ASSERT_THAT(out.lines.at("school.csv"), SizeIs(1));
  const Line& line = out.lines.at("school.csv")[0];
  EXPECT_EQ(line.at("_id"), ToText(School(1)));
  EXPECT_EQ(line.at("_seq"), std::to_string(answer.seq));
  EXPECT_EQ(line.at("_status"), "submitted");
  EXPECT_EQ(line.at("_area"), "lga1");
  EXPECT_EQ(line.at("_assignee"), "");
  EXPECT_EQ(line.at("_form_version"), "1");
  EXPECT_EQ(line.at("_open_conflicts"), "0");
  EXPECT_EQ(line.at("_deleted"), "false");
  EXPECT_EQ(line.at("name"), "Ọba, \"I\"");
  EXPECT_EQ(line.at("pupils"), "-12");
  EXPECT_EQ(line.at("opened"), "");
  EXPECT_EQ(line.at("water"), "well");
  EXPECT_EQ(line.at("services"), "meals health");
  EXPECT_EQ(line.at("building/rooms"), "");
  // In the survey's offset, which is an hour ahead.
  EXPECT_THAT(line.at("_updated"), ::testing::EndsWith("+01:00"));
}

TEST(CsvExportTest, NestedRowsNameTheirParents) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "A");
  change.ops.push_back(survey.AddRow("class", RowOf(1)));
  change.ops.push_back(survey.Set("class/grade", Value::Text("P1"), RowOf(1)));
  change.ops.push_back(survey.AddRow("class/pupil", RowOf(2), RowOf(1)));
  change.ops.push_back(
      survey.Set("class/pupil/name", Value::Text("Ife"), RowOf(2)));
  ASSERT_EQ(survey.Deliver("tablet", change).outcome.kind,
            OutcomeKind::kApplied);

  const Exported out = Export(survey);
  ASSERT_THAT(out.lines.at("school.class.csv"), SizeIs(1));
  const Line& row = out.lines.at("school.class.csv")[0];
  EXPECT_EQ(row.at("_id"), ToText(School(1)));
  EXPECT_EQ(row.at("_row"), ToText(RowOf(1)));
  EXPECT_EQ(row.at("_parent_row"), "");
  EXPECT_EQ(row.at("class/grade"), "P1");
  ASSERT_THAT(out.lines.at("school.class-pupil.csv"), SizeIs(1));
  const Line& inner = out.lines.at("school.class-pupil.csv")[0];
  EXPECT_EQ(inner.at("_row"), ToText(RowOf(2)));
  EXPECT_EQ(inner.at("_parent_row"), ToText(RowOf(1)));
  EXPECT_EQ(inner.at("class/pupil/name"), "Ife");
}

TEST(CsvExportTest, ADeletedRowGoesWithTheRowsInIt) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "A");
  change.ops.push_back(survey.AddRow("class", RowOf(1)));
  change.ops.push_back(survey.AddRow("class/pupil", RowOf(2), RowOf(1)));
  change.ops.push_back(
      survey.Set("class/pupil/name", Value::Text("Ife"), RowOf(2)));
  change.ops.push_back(survey.AddRow("class", RowOf(3)));
  survey.Deliver("tablet", change);
  const Seq before = survey.Head().seq;
  Change remove = survey.Edit("amina", School(1), survey.Head());
  Op& op = remove.ops.emplace_back();
  op.kind = OpKind::kDeleteRow;
  op.at.row = RowOf(1);
  ASSERT_EQ(survey.Deliver("tablet", remove).outcome.kind,
            OutcomeKind::kApplied);

  const Exported out = Export(survey);
  ASSERT_THAT(out.lines.at("school.class.csv"), SizeIs(1));
  EXPECT_EQ(out.lines.at("school.class.csv")[0].at("_row"), ToText(RowOf(3)));
  EXPECT_THAT(out.lines.at("school.class-pupil.csv"), IsEmpty());
  const Exported since = Export(survey, before);
  ASSERT_THAT(since.lines.at("school.class-pupil.csv"), SizeIs(1));
  const Line& pupil = since.lines.at("school.class-pupil.csv")[0];
  EXPECT_EQ(pupil.at("_deleted"), "true");
  EXPECT_EQ(pupil.at("class/pupil/name"), "");
}

TEST(CsvExportTest, FormVersionsShareATable) {
  SchoolSurvey survey;
  Change old = survey.Creation("amina", School(1), "lga1", "Old");
  survey.Deliver("tablet", old);
  survey.Publish("2");
  Change later = survey.Creation("amina", School(2), "lga1", "New");
  later.ops.push_back(survey.Set("phone", Value::Text("0803")));
  survey.Deliver("tablet", later);

  const Exported out = Export(survey);
  // What the first version had stays where it was; what came later follows.
  const auto& header = out.headers.at("school.csv");
  EXPECT_EQ(header[12], "opened");
  EXPECT_EQ(header.back(), "phone");
  ASSERT_THAT(out.lines.at("school.csv"), SizeIs(2));
  EXPECT_EQ(out.lines.at("school.csv")[0].at("_form_version"), "1");
  EXPECT_EQ(out.lines.at("school.csv")[0].at("phone"), "");
  EXPECT_EQ(out.lines.at("school.csv")[1].at("_form_version"), "2");
  EXPECT_EQ(out.lines.at("school.csv")[1].at("phone"), "0803");
}

TEST(CsvExportTest, ListsWhatIsLiveButNotShown) {
  SchoolSurvey survey;
  survey.Deliver("t1", survey.Creation("amina", School(1), "lga1", "A"));
  const Position base = survey.Head();
  Change amina = survey.Edit("amina", School(1), base);
  amina.ops = {survey.Set("pupils", Value::Integer(10)),
               survey.Set("building/rooms", Value::Integer(3))};
  const Seq first = survey.Deliver("t1", amina).seq;
  Change sani = survey.Edit("sani", School(1), base);
  sani.ops = {survey.Set("pupils", Value::Integer(20)),
              survey.Set("building/rooms", Value::Integer(4))};
  const Seq second = survey.Deliver("t2", sani).seq;

  const Exported out = Export(survey);
  ASSERT_THAT(out.lines.at("conflicts.csv"), SizeIs(2));
  const Line& latest = out.lines.at("conflicts.csv")[0];
  EXPECT_EQ(latest.at("_id"), ToText(School(1)));
  EXPECT_EQ(latest.at("path"), "pupils");
  EXPECT_EQ(latest.at("policy"), "latest");
  EXPECT_EQ(latest.at("decided"), "true");
  const bool second_shown = latest.at("shown_person") == "sani";
  EXPECT_EQ(latest.at("shown_value"), second_shown ? "20" : "10");
  EXPECT_EQ(latest.at("shown_seq"),
            std::to_string(second_shown ? second : first));
  EXPECT_EQ(latest.at("loser_value"), second_shown ? "10" : "20");
  EXPECT_EQ(latest.at("loser_person"), second_shown ? "amina" : "sani");
  const Line& review = out.lines.at("conflicts.csv")[1];
  EXPECT_EQ(review.at("path"), "building/rooms");
  EXPECT_EQ(review.at("policy"), "review");
  EXPECT_EQ(review.at("decided"), "false");
  EXPECT_EQ(out.lines.at("school.csv")[0].at("_open_conflicts"), "1");
}

TEST(CsvExportTest, SinceBringsWhatChangedAndWhatIsGone) {
  SchoolSurvey survey;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", "A"));
  }
  const Exported all = Export(survey);
  EXPECT_THAT(all.lines.at("school.csv"), SizeIs(3));
  EXPECT_EQ(all.position, survey.Head());
  EXPECT_THAT(Export(survey, all.position.seq).lines["school.csv"], IsEmpty());

  Change edit = survey.Edit("amina", School(2), survey.Head());
  edit.ops = {survey.Set("pupils", Value::Integer(1))};
  survey.Deliver("t", edit);
  Change remove = survey.Edit("amina", School(3), survey.Head());
  remove.ops.emplace_back().kind = OpKind::kDelete;
  survey.Deliver("t", remove);

  const Exported news = Export(survey, all.position.seq);
  std::vector<std::pair<std::string, std::string>> found;
  for (const Line& line : news.lines.at("school.csv")) {
    found.emplace_back(line.at("_id"), line.at("_deleted"));
  }
  EXPECT_THAT(found, UnorderedElementsAre(
                         std::pair(ToText(School(2)), std::string("false")),
                         std::pair(ToText(School(3)), std::string("true"))));
  // Without a position, what is gone is not there at all.
  EXPECT_THAT(Export(survey).lines.at("school.csv"), SizeIs(2));
}

TEST(CsvExportTest, OneSnapshotWhileWritesGoOn) {
  SchoolSurvey survey;
  survey.Deliver("t", survey.Creation("amina", School(1), "lga1", "A"));
  CsvExport exporting(survey.Read(), std::nullopt);
  survey.Deliver("t", survey.Creation("amina", School(2), "lga1", "B"));
  while ((*exporting.Next()).has_value()) {
  }
  EXPECT_EQ(exporting.Files()[0].rows, 1);
  EXPECT_EQ(exporting.position().seq + 1, survey.Head().seq);
}

TEST(CsvExportTest, PiecesStaySmall) {
  SchoolSurvey survey;
  const std::string long_name(100'000, 'x');
  for (std::uint8_t i = 1; i <= 5; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", long_name));
  }
  const Exported out = Export(survey);
  EXPECT_THAT(out.lines.at("school.csv"), SizeIs(5));
  EXPECT_THAT(out.piece_sizes, Each(Le(CsvExport::kPieceBytes)));
}

}  // namespace
}  // namespace chasqui::exporting
