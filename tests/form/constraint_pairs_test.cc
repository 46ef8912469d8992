// Pairs, by what rules 5 says of them.

#include "sync/form/constraint_pairs.h"

#include <algorithm>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/form/xform_text.h"

namespace chasqui {
namespace {

using ::chasqui::testing::MustRead;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The pairs as "a b" or, if they span rows, "a * b"; sorted.
std::vector<std::string> PairsOf(const Form& form) {
  std::vector<std::string> pairs;
  for (const Pair& pair : form.pairs) {
    pairs.push_back(form.fields[pair.field_a].path +
                    (pair.spans_rows ? " * " : " ") +
                    form.fields[pair.field_b].path);
  }
  std::sort(pairs.begin(), pairs.end());
  return pairs;
}

// The pairs of a household: two fields and a group outside, a roster of
// members, in it a roster of their visits.
std::vector<std::string> HouseholdPairs(const std::string& binds) {
  return PairsOf(
      MustRead({"<size/><limit/><home><rooms/><beds/></home>"
                "<member><age/><sex/><visit><date/><cost/></visit></member>",
                binds,
                "<repeat nodeset='/data/member'>"
                "<repeat nodeset='/data/member/visit'/></repeat>"}));
}

TEST(ConstraintPairsTest, ConstraintRelevantAndCalculateMakeAPair) {
  EXPECT_THAT(HouseholdPairs(
                  "<bind nodeset='/data/size' constraint='. &lt; ../limit'/>"),
              ElementsAre("size limit"));
  EXPECT_THAT(
      HouseholdPairs("<bind nodeset='/data/size' relevant='/data/limit > 1'/>"),
      ElementsAre("size limit"));
  EXPECT_THAT(HouseholdPairs(
                  "<bind nodeset='/data/limit' calculate='/data/size * 2'/>"),
              ElementsAre("size limit"));
}

TEST(ConstraintPairsTest, OtherExpressionsMakeNone) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/size' "
                             "required='/data/limit' readonly='/data/limit'/>"),
              IsEmpty());
}

TEST(ConstraintPairsTest, AFieldMakesNoPairWithItself) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/size' "
                             "constraint='. > 0 and /data/size &lt; 9'/>"),
              IsEmpty());
}

TEST(ConstraintPairsTest, AGroupsRelevantCountsForEachFieldInIt) {
  EXPECT_THAT(
      HouseholdPairs("<bind nodeset='/data/home' relevant='/data/size > 0'/>"),
      ElementsAre("size home/beds", "size home/rooms"));
}

TEST(ConstraintPairsTest, InsideARepeatPairsAreWithinOneRow) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/member/age' "
                             "constraint=\"../sex = 'f' or . &lt; 99\"/>"),
              ElementsAre("member/age member/sex"));
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/member/age' "
                             "relevant='/data/member/sex'/>"),
              ElementsAre("member/age member/sex"));
}

TEST(ConstraintPairsTest, AnExpressionInARowAgainstAFieldOutsideMakesNone) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/member/age' "
                             "constraint='. &lt; /data/limit'/>"),
              IsEmpty());
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/member/visit/cost' "
                             "constraint='. &lt; ../../age'/>"),
              IsEmpty());
}

TEST(ConstraintPairsTest, AnExpressionOutsideThatReadsEveryRowSpansThem) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/size' "
                             "calculate='sum(/data/member/age)'/>"),
              ElementsAre("size * member/age"));
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/member/age' "
                             "calculate='sum(../visit/cost)'/>"),
              ElementsAre("member/age * member/visit/cost"));
}

TEST(ConstraintPairsTest, TheRelevantOfARepeatDecidesEveryRow) {
  EXPECT_THAT(
      HouseholdPairs("<bind nodeset='/data/member/visit' relevant='../sex'/>"),
      ElementsAre("member/sex * member/visit/cost",
                  "member/sex * member/visit/date"));
}

TEST(ConstraintPairsTest, ARelevantAroundNestedRepeatsReachesAllInThem) {
  EXPECT_THAT(
      HouseholdPairs("<bind nodeset='/data/member' relevant='/data/size'/>"),
      ElementsAre("size * member/age", "size * member/sex",
                  "size * member/visit/cost", "size * member/visit/date"));
}

TEST(ConstraintPairsTest, SiblingRepeatsSpanEachOthersRows) {
  EXPECT_THAT(PairsOf(MustRead({"<a><x/></a><b><y/></b>",
                                "<bind nodeset='/data/a/x' "
                                "constraint='. &lt; max(/data/b/y)'/>",
                                "<repeat nodeset='/data/a'/>"
                                "<repeat nodeset='/data/b'/>"})),
              ElementsAre("a/x * b/y"));
}

TEST(ConstraintPairsTest, CountingRowsMentionsNoField) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/size' "
                             "calculate='count(/data/member)'/>"),
              IsEmpty());
}

TEST(ConstraintPairsTest, EachPairStandsOnce) {
  EXPECT_THAT(HouseholdPairs("<bind nodeset='/data/size' "
                             "constraint='. &lt; ../limit' "
                             "relevant='../limit > 0'/>"
                             "<bind nodeset='/data/limit' "
                             "calculate='../size'/>"),
              ElementsAre("size limit"));
}

}  // namespace
}  // namespace chasqui
