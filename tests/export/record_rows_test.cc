// Records and their rows in the tables of an export.

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/school_increments.h"
#include "tests/export/school_survey.h"
#include "tests/export/taken.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::RowOf;
using chasqui::testing::School;
using chasqui::testing::SchoolSurvey;
using chasqui::testing::Taken;
using chasqui::testing::TakenRow;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Key;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;

TEST(RecordRowsTest, AnEmptySurveyHasAllTables) {
  const SchoolSurvey survey;
  const Taken taken = Take(survey);
  EXPECT_THAT(
      taken.columns.at("school"),
      ElementsAre("_id", "_seq", "_status", "_area", "_assignee", "_created",
                  "_updated", "_form_version", "_open_conflicts", "_deleted",
                  "_erased", "_increment", "name", "pupils", "opened", "water",
                  "services", "building/rooms"));
  EXPECT_THAT(taken.columns.at("school.class"),
              ElementsAre("_id", "_row", "_parent_row", "_order", "_seq",
                          "_increment", "class/grade"));
  EXPECT_THAT(
      taken.rows,
      IsSupersetOf(
          {Pair("school", IsEmpty()), Pair("school.class-pupil", IsEmpty()),
           Pair("conflicts", IsEmpty()), Pair("attachments", IsEmpty()),
           Pair("assignments", IsEmpty()), Pair("history", IsEmpty()),
           Pair("devices", IsEmpty())}));
  EXPECT_EQ(taken.summary.to, survey.Head());
}

TEST(RecordRowsTest, EachTypeIsItself) {
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

  const Taken taken = Take(survey);
  ASSERT_THAT(taken.rows.at("school"), SizeIs(1));
  const TakenRow& row = taken.rows.at("school")[0];
  EXPECT_THAT(
      row,
      AllOf(Contains(Pair("_id", ToText(School(1)))),
            Contains(Pair("_seq", std::to_string(answer.seq))),
            Contains(Pair("_status", "submitted")),
            Contains(Pair("_area", "lga1")),
            Contains(Pair("_form_version", "1")),
            Contains(Pair("_open_conflicts", "0")),
            Contains(Pair("_deleted", "0")), Contains(Pair("_increment", "1")),
            Contains(Pair("name", "Ọba, \"I\"")),
            Contains(Pair("pupils", "-12")), Contains(Pair("water", "well")),
            Contains(Pair("services", "[meals health]"))));
  EXPECT_THAT(row, Not(Contains(Key("_assignee"))));
  EXPECT_THAT(row, Not(Contains(Key("opened"))));
  EXPECT_THAT(row, Not(Contains(Key("building/rooms"))));
  // In the survey's offset, which is an hour ahead.
  EXPECT_THAT(row.at("_updated"), ::testing::EndsWith("@60"));
}

TEST(RecordRowsTest, NothingTickedIsAnAnswerAndNoAnswerIsNone) {
  SchoolSurvey survey;
  Change answered = survey.Creation("amina", School(1), "lga1", "A");
  answered.ops.push_back(survey.Set("services", Value::Answered()));
  survey.Deliver("t", answered);
  Change cleared = survey.Creation("amina", School(2), "lga1", "B");
  cleared.ops.push_back(survey.Tick("services", "meals", true));
  cleared.ops.push_back(survey.Set("services", Value::Cleared()));
  survey.Deliver("t", cleared);
  survey.Deliver("t", survey.Creation("amina", School(3), "lga1", "C"));

  const Taken taken = Take(survey);
  ASSERT_THAT(taken.rows.at("school"), SizeIs(3));
  EXPECT_EQ(taken.rows.at("school")[0].at("services"), "[]");
  EXPECT_THAT(taken.rows.at("school")[1], Not(Contains(Key("services"))));
  EXPECT_THAT(taken.rows.at("school")[2], Not(Contains(Key("services"))));
}

TEST(RecordRowsTest, RowsNameTheirParentsInTheOrderTheyWereAdded) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "A");
  // By id the other way round.
  change.ops.push_back(survey.AddRow("class", RowOf(9)));
  change.ops.push_back(survey.Set("class/grade", Value::Text("P1"), RowOf(9)));
  change.ops.push_back(survey.AddRow("class", RowOf(5)));
  change.ops.push_back(survey.AddRow("class/pupil", RowOf(2), RowOf(9)));
  change.ops.push_back(
      survey.Set("class/pupil/name", Value::Text("Ife"), RowOf(2)));
  ASSERT_EQ(survey.Deliver("tablet", change).outcome.kind,
            OutcomeKind::kApplied);
  EditSchool(survey, 1, {survey.AddRow("class", RowOf(1))});

  const Taken taken = Take(survey);
  std::vector<std::pair<std::string, std::string>> classes;
  for (const TakenRow& row : taken.rows.at("school.class")) {
    EXPECT_EQ(row.at("_id"), ToText(School(1)));
    EXPECT_THAT(row, Not(Contains(Key("_parent_row"))));
    classes.emplace_back(row.at("_order"), row.at("_row"));
  }
  EXPECT_THAT(classes, ElementsAre(Pair("1", ToText(RowOf(9))),
                                   Pair("2", ToText(RowOf(5))),
                                   Pair("3", ToText(RowOf(1)))));
  ASSERT_THAT(taken.rows.at("school.class-pupil"), SizeIs(1));
  const TakenRow& pupil = taken.rows.at("school.class-pupil")[0];
  EXPECT_EQ(pupil.at("_parent_row"), ToText(RowOf(9)));
  EXPECT_EQ(pupil.at("_order"), "1");
  EXPECT_EQ(pupil.at("class/pupil/name"), "Ife");
}

TEST(RecordRowsTest, ADeletedRowGoesWithTheRowsInIt) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "A");
  change.ops.push_back(survey.AddRow("class", RowOf(1)));
  change.ops.push_back(survey.AddRow("class/pupil", RowOf(2), RowOf(1)));
  change.ops.push_back(survey.AddRow("class", RowOf(3)));
  survey.Deliver("tablet", change);
  const Position before = survey.Head();
  Op remove;
  remove.kind = OpKind::kDeleteRow;
  remove.at.row = RowOf(1);
  EditSchool(survey, 1, {remove});

  // What is left of the record's rows comes again, as a whole.
  const Taken news = Take(survey, Since(before));
  ASSERT_THAT(news.rows.at("school.class"), SizeIs(1));
  EXPECT_EQ(news.rows.at("school.class")[0].at("_row"), ToText(RowOf(3)));
  EXPECT_EQ(news.rows.at("school.class")[0].at("_increment"), "2");
  EXPECT_THAT(news.rows.at("school.class-pupil"), IsEmpty());
}

TEST(RecordRowsTest, FormVersionsShareATable) {
  SchoolSurvey survey;
  survey.Deliver("tablet", survey.Creation("amina", School(1), "lga1", "Old"));
  survey.Publish("2");
  Change later = survey.Creation("amina", School(2), "lga1", "New");
  later.ops.push_back(survey.Set("phone", Value::Text("0803")));
  survey.Deliver("tablet", later);

  const Taken taken = Take(survey);
  // What the first version had stays where it was; what came later follows.
  const auto& columns = taken.columns.at("school");
  EXPECT_EQ(columns[14], "opened");
  EXPECT_EQ(columns.back(), "phone");
  ASSERT_THAT(taken.rows.at("school"), SizeIs(2));
  EXPECT_EQ(taken.rows.at("school")[0].at("_form_version"), "1");
  EXPECT_THAT(taken.rows.at("school")[0], Not(Contains(Key("phone"))));
  EXPECT_EQ(taken.rows.at("school")[1].at("phone"), "0803");

  const auto& codebook = taken.rows.at("codebook");
  const auto phone = std::find_if(
      codebook.begin(), codebook.end(),
      [](const TakenRow& row) { return row.at("column") == "phone"; });
  ASSERT_NE(phone, codebook.end());
  EXPECT_EQ(phone->at("versions"), "2");
  EXPECT_EQ(phone->at("type"), "text");
  EXPECT_THAT(codebook, Contains(AllOf(Contains(Pair("column", "name")),
                                       Contains(Pair("versions", "1 2")))));
}

TEST(RecordRowsTest, ListsWhatIsLiveButNotShown) {
  SchoolSurvey survey;
  survey.Deliver("t1", survey.Creation("amina", School(1), "lga1", "A"));
  const Position base = survey.Head();
  Change amina = survey.Edit("amina", School(1), base);
  amina.ops = {survey.Set("pupils", Value::Integer(10)),
               survey.Set("building/rooms", Value::Integer(3))};
  survey.Deliver("t1", amina);
  Change sani = survey.Edit("sani", School(1), base);
  sani.ops = {survey.Set("pupils", Value::Integer(20)),
              survey.Set("building/rooms", Value::Integer(4))};
  const Seq second = survey.Deliver("t2", sani).seq;

  const Taken taken = Take(survey);
  ASSERT_THAT(taken.rows.at("conflicts"), SizeIs(2));
  const TakenRow& latest = taken.rows.at("conflicts")[0];
  EXPECT_EQ(latest.at("path"), "pupils");
  EXPECT_EQ(latest.at("decided"), "1");
  const bool second_shown = latest.at("shown_person") == "sani";
  EXPECT_EQ(latest.at("shown_value"), second_shown ? "20" : "10");
  EXPECT_EQ(latest.at("loser_value"), second_shown ? "10" : "20");
  EXPECT_EQ(taken.rows.at("conflicts")[1].at("decided"), "0");
  EXPECT_EQ(taken.rows.at("school")[0].at("_open_conflicts"), "1");

  const auto& history = taken.rows.at("history");
  EXPECT_THAT(history,
              Contains(AllOf(Contains(Pair("_seq", std::to_string(second))),
                             Contains(Pair("event", "set")),
                             Contains(Pair("path", "building/rooms")),
                             Contains(Pair("value", "4")),
                             Contains(Pair("person", "sani")),
                             Contains(Pair("device", "t2")),
                             Contains(Pair("outcome", "review")))));
}

TEST(RecordRowsTest, EachWriteOfALongChangeIsARowOfTheHistory) {
  SchoolSurvey survey;
  Change change = survey.Creation("amina", School(1), "lga1", "A");
  const std::size_t first = change.ops.size();
  for (int i = 0; i < 600; ++i) {
    RowId row;
    row.bytes[0] = 1;
    row.bytes[14] = static_cast<std::uint8_t>(i >> 8);
    row.bytes[15] = static_cast<std::uint8_t>(i);
    change.ops.push_back(survey.AddRow("class", row));
  }
  survey.Deliver("t", change);
  const Taken taken = Take(survey);
  const std::vector<TakenRow>& history = taken.rows.at("history");
  ASSERT_THAT(history, SizeIs(change.ops.size()));
  for (std::size_t i = first; i < history.size(); ++i) {
    EXPECT_EQ(history[i].at("event"), "add_row");
    EXPECT_EQ(history[i].at("person"), "amina");
    ASSERT_EQ(history[i].at("_row"), ToText(change.ops[i].at.row)) << i;
  }
}

}  // namespace
}  // namespace chasqui::exporting
