#include "export/increment.h"

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

using chasqui::testing::School;
using chasqui::testing::SchoolSurvey;
using chasqui::testing::TakeAll;
using chasqui::testing::Taken;
using chasqui::testing::TakenRow;
using ::testing::Contains;
using ::testing::Each;
using ::testing::IsEmpty;
using ::testing::Key;
using ::testing::Lt;
using ::testing::Not;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

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
  for (std::uint8_t i = 1; i <= 30; ++i) {
    survey.Deliver("t", survey.Creation("amina", School(i), "lga1", long_name));
  }
  const Taken taken = Take(survey);
  // Each once: a batch whose memory is used again has nothing of before.
  EXPECT_THAT(taken.rows.at("school"), SizeIs(30));
  EXPECT_THAT(taken.batch_bytes, Each(Lt(2 * BatchSet::kBytes)));
}

}  // namespace
}  // namespace chasqui::exporting
