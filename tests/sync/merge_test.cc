// Merge() of sync/page.h: what a device's copy becomes.

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/page.h"
#include "tests/sync/pulled_records.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::Everything;
using ::chasqui::testing::FieldOf;
using ::chasqui::testing::GoneRow;
using ::chasqui::testing::IsOk;
using ::chasqui::testing::RecordAt;
using ::chasqui::testing::RowNamed;
using ::chasqui::testing::RowOf;
using ::chasqui::testing::TextAt;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(MergeTest, FieldsReplaceThoseOfTheSameAddress) {
  PulledRecord held =
      RecordAt(5, {TextAt(32, 1, "a"), TextAt(34, 2, "b"), TextAt(40, 3, "c")});
  PulledRecord news = RecordAt(9, {TextAt(33, 8, "x"), TextAt(34, 9, "y")});
  news.form = 4;
  Merge(news, held);
  PulledRecord merged = RecordAt(9, {TextAt(32, 1, "a"), TextAt(33, 8, "x"),
                                     TextAt(34, 9, "y"), TextAt(40, 3, "c")});
  merged.form = 4;
  EXPECT_EQ(held, merged);
}

TEST(MergeTest, ChoicesOfAFieldAreFieldsOfTheirOwn) {
  const FieldState first = FieldOf(32, 1, {{1, Value::Ticked(true)}});
  const FieldState second = FieldOf(32, 2, {{9, Value::Ticked(true)}});
  PulledRecord held = RecordAt(1, {first});
  Merge(RecordAt(9, {second}), held);
  EXPECT_EQ(held, RecordAt(9, {first, second}));
}

TEST(MergeTest, MarksAndConflictsAreAlwaysThoseOfTheNews) {
  PulledRecord held = Everything();
  Merge(RecordAt(301), held);
  EXPECT_EQ(held.review_conflicts, 0U);
  EXPECT_EQ(held.decided_conflicts, 0U);
  EXPECT_THAT(held.marks, IsEmpty());
}

TEST(MergeTest, AWholeRecordReplacesWhatWasHeld) {
  PulledRecord held =
      RecordAt(5, {TextAt(32, 1, "a")}, {RowOf('a'), RowOf('b')});
  PulledRecord news = RecordAt(9, {TextAt(33, 8, "x")}, {RowOf('c')});
  news.whole = true;
  Merge(news, held);
  EXPECT_EQ(held, news);
}

TEST(MergeTest, ARecordThatIsGoneTakesAllWithIt) {
  PulledRecord held = Everything();
  PulledRecord news = RecordAt(301);
  news.gone = true;
  Merge(news, held);
  EXPECT_EQ(held, news);
}

TEST(MergeTest, RowsNotNamedStayAndThoseNamedAreMerged) {
  const auto row = [](char id, std::vector<FieldState> fields) {
    return RowOf(id, {}, std::move(fields));
  };
  PulledRecord held = RecordAt(
      5, {}, {row('a', {TextAt(33, 1, "a")}), row('c', {TextAt(33, 1, "c")})});
  Merge(RecordAt(9, {},
                 {row('b', {TextAt(33, 9, "new")}),
                  row('c', {TextAt(34, 9, "too")})}),
        held);
  EXPECT_EQ(held,
            RecordAt(9, {},
                     {row('a', {TextAt(33, 1, "a")}),
                      row('b', {TextAt(33, 9, "new")}),
                      row('c', {TextAt(33, 1, "c"), TextAt(34, 9, "too")})}));
}

TEST(MergeTest, AWholeRowForgetsWhatWasHeldOfIt) {
  PulledRecord held = RecordAt(5, {}, {RowOf('a', {}, {TextAt(33, 1, "old")})});
  PulledRow whole = RowOf('a', {}, {TextAt(34, 9, "z")});
  whole.whole = true;
  Merge(RecordAt(9, {}, {whole}), held);
  EXPECT_EQ(held.rows, std::vector{whole});
}

TEST(MergeTest, ARowThatIsGoneGoesWithAllRowsInsideIt) {
  // d in c in a; b beside them.
  PulledRecord held =
      RecordAt(5, {},
               {RowOf('a'), RowOf('b'), RowOf('c', RowNamed('a')),
                RowOf('d', RowNamed('c'))});
  Merge(RecordAt(9, {}, {GoneRow('a')}), held);
  EXPECT_EQ(held, RecordAt(9, {}, {RowOf('b')}));
}

TEST(MergeTest, ARowThatComesInsideOneThatIsGoneIsNotKept) {
  PulledRecord held = RecordAt(5, {}, {RowOf('b')});
  Merge(RecordAt(9, {}, {GoneRow('b'), RowOf('c', RowNamed('b'))}), held);
  EXPECT_THAT(held.rows, IsEmpty());
}

TEST(MergeTest, ACopyHoldsNoGoneRows) {
  PulledRecord held = RecordAt(5);
  Merge(Everything(), held);
  ASSERT_EQ(held.rows.size(), 1U);
  EXPECT_FALSE(held.rows[0].gone);
  Merge(RecordAt(301, {}, {GoneRow('z')}), held);
  EXPECT_EQ(held.rows.size(), 1U);
}

TEST(MergeTest, RowsThatClaimToLieInsideEachOtherDoNotHoldItUp) {
  PulledRecord held = RecordAt(
      5, {},
      {RowOf('a', RowNamed('b')), RowOf('b', RowNamed('a')), RowOf('c')});
  Merge(RecordAt(9, {}, {GoneRow('a')}), held);
  EXPECT_EQ(held, RecordAt(9, {}, {RowOf('c')}));
}

}  // namespace
}  // namespace chasqui
