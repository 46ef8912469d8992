#include "sync/counters.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sync/civil_time.h"
#include "tests/sync/counting_state.h"

namespace chasqui {
namespace {

using ::chasqui::testing::CountingState;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

Standing Submitted() {
  Standing standing;
  standing.counted = true;
  standing.status = RecordStatus::kSubmitted;
  standing.area = "lga1";
  standing.assignee = "amina";
  standing.day = 16'162;
  return standing;
}

void Show(Record& record, std::uint32_t field, const Value& value) {
  FieldState& state = record.At(field);
  state.live.assign(1, LiveWrite{1, value});
}

TEST(CountersTest, ARecordCountsByStatusInSurveyAreaPersonAndDay) {
  EXPECT_THAT(CountersOf(Submitted()),
              UnorderedElementsAre("records/submitted", "area/lga1/submitted",
                                   "person/amina/submitted", "day/2014-04-02"));
}

TEST(CountersTest, OpenAndDecidedConflictsCountApart) {
  Standing standing = Submitted();
  standing.day = 0;
  standing.open = true;
  standing.decided = true;
  EXPECT_THAT(
      CountersOf(standing),
      UnorderedElementsAre("records/submitted", "area/lga1/submitted",
                           "person/amina/submitted", "open", "area/lga1/open",
                           "person/amina/open", "decided", "area/lga1/decided",
                           "person/amina/decided"));
}

TEST(CountersTest, ARecordWithoutAreaOrAssigneeCountsInTheSurveyAlone) {
  Standing standing;
  standing.counted = true;
  EXPECT_THAT(CountersOf(standing), UnorderedElementsAre("records/none"));
}

TEST(CountersTest, WhatIsGoneCountsNowhere) {
  Standing standing = Submitted();
  standing.counted = false;
  standing.open = true;
  EXPECT_THAT(CountersOf(standing), IsEmpty());
}

TEST(CountersTest, AChangeHeldCountsForItsPersonIfThereIsOne) {
  EXPECT_THAT(CountersOfHeld("amina"),
              UnorderedElementsAre("held", "held/person/amina"));
  EXPECT_THAT(CountersOfHeld(""), UnorderedElementsAre("held"));
}

TEST(CountersTest, AStandingIsWhatTheRecordShows) {
  Record record;
  Show(record, kStatusField, Value::Choice(3));
  Show(record, kAreaField, Value::Text("lga1"));
  Show(record, kAssigneeField, Value::Text("amina"));
  record.submitted_ms = 16'162 * kDayMs;
  EXPECT_EQ(StandingOf(record, 0), Submitted());
}

TEST(CountersTest, TheDayIsThatOfTheSurveysOffset) {
  Record record;
  record.submitted_ms = 16'162 * kDayMs - 1;
  EXPECT_EQ(StandingOf(record, 0).day, 16'161);
  EXPECT_EQ(StandingOf(record, 1).day, 16'162);
  record.submitted_ms = 0;
  EXPECT_EQ(StandingOf(record, 1).day, 0);
}

TEST(CountersTest, MarksAndReviewsAreOpenAndDecidedIsNot) {
  Record record;
  record.decided_conflicts = 2;
  EXPECT_FALSE(StandingOf(record, 0).open);
  EXPECT_TRUE(StandingOf(record, 0).decided);
  record.review_conflicts = 1;
  EXPECT_TRUE(StandingOf(record, 0).open);
  record.review_conflicts = 0;
  record.marks.push_back({MarkKind::kPair, 1, {}, {}});
  EXPECT_TRUE(StandingOf(record, 0).open);
}

TEST(CountersTest, ARecordThatIsGoneHasNoStanding) {
  Record record;
  Show(record, kAreaField, Value::Text("lga1"));
  record.gone = true;
  EXPECT_EQ(StandingOf(record, 0), Standing{});
}

TEST(CountersTest, ARecordMovesFromWhereItWasCounted) {
  CountingState state;
  Recount({}, Submitted(), state);
  Standing returned = Submitted();
  returned.status = RecordStatus::kReturned;
  returned.area = "lga2";
  Recount(Submitted(), returned, state);
  EXPECT_THAT(state.counts(),
              UnorderedElementsAre(
                  Pair("records/returned", 1), Pair("area/lga2/returned", 1),
                  Pair("person/amina/returned", 1), Pair("day/2014-04-02", 1)));
  Recount(returned, {}, state);
  EXPECT_THAT(state.counts(), IsEmpty());
}

Standing AnyStanding() {
  Standing standing;
  standing.counted = *rc::gen::arbitrary<bool>();
  standing.status = static_cast<RecordStatus>(*rc::gen::inRange(0, 6));
  standing.area = *rc::gen::element(std::string(), std::string("lga1"));
  standing.assignee = *rc::gen::element(std::string(), std::string("amina"));
  standing.open = *rc::gen::arbitrary<bool>();
  standing.decided = *rc::gen::arbitrary<bool>();
  standing.day = *rc::gen::inRange(0, 3);
  return standing;
}

RC_GTEST_PROP(CountersProperty, HoweverItGotThereItCountsWhereItStands, ()) {
  CountingState state;
  Standing standing;
  for (int moves = *rc::gen::inRange(1, 10); moves > 0; --moves) {
    const Standing next = AnyStanding();
    Recount(standing, next, state);
    standing = next;
  }
  std::map<std::string, std::int64_t> expected;
  for (const std::string& counter : CountersOf(standing)) ++expected[counter];
  RC_ASSERT(state.counts() == expected);
  for (const auto& [counter, count] : expected) RC_ASSERT(count == 1);
}

}  // namespace
}  // namespace chasqui
