#include "export/increment.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/export/school_survey.h"
#include "tests/export/taken.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using chasqui::testing::RowOf;
using chasqui::testing::School;
using chasqui::testing::SchoolSurvey;
using chasqui::testing::TakeAll;
using chasqui::testing::Taken;
using chasqui::testing::TakenRow;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using ::testing::Key;
using ::testing::Lt;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

Taken Take(const SchoolSurvey& survey, IncrementRequest request = {}) {
  Increment increment(survey.Read(), std::move(request),
                      PersonalAnswers::kNone);
  return TakeAll(increment);
}

IncrementRequest Since(const Position& position) {
  IncrementRequest request;
  request.since = position;
  request.number = 2;
  return request;
}

// What a person does to a school that is there: `ops`, having seen everything.
ChangeAnswer EditSchool(SchoolSurvey& survey, std::uint8_t school,
                        std::vector<Op> ops) {
  Change change = survey.Edit("amina", School(school), survey.Head());
  change.ops = std::move(ops);
  return survey.Deliver("t", change);
}

Op Delete() {
  Op op;
  op.kind = OpKind::kDelete;
  return op;
}

TEST(IncrementTest, HistoryCanBeLeftOut) {
  SchoolSurvey survey;
  survey.Deliver("tablet", survey.Creation("amina", School(1), "lga1", "A"));
  IncrementRequest request;
  request.history = false;
  Taken without = Take(survey, request);
  Taken with = Take(survey);
  EXPECT_THAT(with.rows.at("history"), Not(IsEmpty()));
  EXPECT_THAT(without.columns, Not(Contains(Key("history"))));
  with.rows.erase("history");
  EXPECT_TRUE(without.rows == with.rows);
}

TEST(IncrementTest, AnEmptySurveyHasAllTables) {
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

TEST(IncrementTest, EachTypeIsItself) {
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

TEST(IncrementTest, NothingTickedIsAnAnswerAndNoAnswerIsNone) {
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

TEST(IncrementTest, RowsNameTheirParentsInTheOrderTheyWereAdded) {
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

TEST(IncrementTest, ADeletedRowGoesWithTheRowsInIt) {
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

TEST(IncrementTest, FormVersionsShareATable) {
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

TEST(IncrementTest, ListsWhatIsLiveButNotShown) {
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

TEST(IncrementTest, SinceBringsWhatChangedAndWhatIsGone) {
  SchoolSurvey survey;
  for (std::uint8_t i = 1; i <= 3; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", "A"));
  }
  const Taken all = Take(survey);
  EXPECT_THAT(all.rows.at("school"), SizeIs(3));
  const Taken nothing = Take(survey, Since(all.summary.to));
  EXPECT_THAT(nothing.rows.at("school"), IsEmpty());
  EXPECT_THAT(nothing.rows.at("history"), IsEmpty());

  EditSchool(survey, 2, {survey.Set("pupils", Value::Integer(1))});
  EditSchool(survey, 3, {Delete()});
  const Taken news = Take(survey, Since(all.summary.to));
  std::vector<std::pair<std::string, std::string>> found;
  for (const TakenRow& row : news.rows.at("school")) {
    found.emplace_back(row.at("_id"), row.at("_deleted"));
    EXPECT_EQ(row.at("_increment"), "2");
  }
  EXPECT_THAT(found, UnorderedElementsAre(Pair(ToText(School(2)), "0"),
                                          Pair(ToText(School(3)), "1")));
  EXPECT_THAT(news.rows.at("history"), SizeIs(2));
  EXPECT_EQ(news.summary.from, all.summary.to.seq);
  // Without a position, what is gone is not there at all.
  EXPECT_THAT(Take(survey).rows.at("school"), SizeIs(2));
}

TEST(IncrementTest, ALongLogComesToTheSameAsAShortOne) {
  SchoolSurvey survey;
  for (std::uint8_t i = 1; i <= 9; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", "A"));
  }
  IncrementRequest request = Since(survey.Head());
  request.also = {School(4), School(12)};
  EditSchool(survey, 2, {survey.Set("pupils", Value::Integer(1))});
  EditSchool(survey, 7, {Delete()});
  const Taken listed = Take(survey, request);
  EXPECT_THAT(listed.rows.at("school"), SizeIs(4));
  Increment looking(survey.Read(), request, PersonalAnswers::kNone,
                    /*listed_max=*/0);
  EXPECT_EQ(TakeAll(looking).rows, listed.rows);
}

TEST(IncrementTest, WhatIsAskedForComesAsItIsOrAsGone) {
  SchoolSurvey survey;
  survey.Deliver("t", survey.Creation("amina", School(1), "lga1", "A"));
  survey.Deliver("t", survey.Creation("amina", School(2), "lga1", "B"));
  IncrementRequest request = Since(survey.Head());
  request.also = {School(2), School(7)};
  const Taken taken = Take(survey, request);
  ASSERT_THAT(taken.rows.at("school"), SizeIs(2));
  EXPECT_EQ(taken.rows.at("school")[0].at("name"), "B");
  EXPECT_EQ(taken.rows.at("school")[0].at("_deleted"), "0");
  EXPECT_EQ(taken.rows.at("school")[1].at("_id"), ToText(School(7)));
  EXPECT_EQ(taken.rows.at("school")[1].at("_deleted"), "1");
}

TEST(IncrementTest, OneSnapshotWhileWritesGoOn) {
  SchoolSurvey survey;
  survey.Deliver("t", survey.Creation("amina", School(1), "lga1", "A"));
  Increment increment(survey.Read(), {}, PersonalAnswers::kNone);
  survey.Deliver("t", survey.Creation("amina", School(2), "lga1", "B"));
  const Taken taken = TakeAll(increment);
  EXPECT_THAT(taken.rows.at("school"), SizeIs(1));
  EXPECT_EQ(taken.summary.to.seq + 1, survey.Head().seq);
}

TEST(IncrementTest, BatchesStaySmall) {
  SchoolSurvey survey;
  const std::string long_name(100'000, 'x');
  for (std::uint8_t i = 1; i <= 5; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", long_name));
  }
  const Taken taken = Take(survey);
  EXPECT_THAT(taken.rows.at("school"), SizeIs(5));
  EXPECT_THAT(taken.batch_bytes, Each(Lt(2 * BatchSet::kBytes)));
}

}  // namespace
}  // namespace chasqui::exporting
