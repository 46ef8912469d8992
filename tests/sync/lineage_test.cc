#include "sync/lineage.h"

#include <cstddef>
#include <vector>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui {
namespace {

constexpr LogName kL0{10};
constexpr LogName kL1{11};
constexpr LogName kL2{12};
constexpr LogName kCut{20};
constexpr LogName kCutToo{21};

// L0 holds 1..4, L1 5..8, L2 from 9 on.
Lineage Ours() { return {{kL0, 1}, {kL1, 5}, {kL2, 9}}; }

Seq Counts(const Position& position,
           const std::vector<ToldLineage>& told = {}) {
  return CountsAs(position, Ours(), /*head=*/12, told);
}

TEST(LineageTest, ThePresentNameIsTheLast) {
  EXPECT_EQ(PresentName({}), LogName::kNone);
  EXPECT_EQ(PresentName(Ours()), kL2);
}

TEST(LineageTest, EachSeqWasWrittenUnderOneName) {
  EXPECT_EQ(NameAt(Ours(), 0), LogName::kNone);
  EXPECT_EQ(NameAt(Ours(), 1), kL0);
  EXPECT_EQ(NameAt(Ours(), 4), kL0);
  EXPECT_EQ(NameAt(Ours(), 5), kL1);
  EXPECT_EQ(NameAt(Ours(), 100), kL2);
  EXPECT_TRUE(HasName(Ours(), kL1));
  EXPECT_FALSE(HasName(Ours(), kCut));
}

TEST(LineageTest, APositionCountsAsAtMostTheLastSeqOfItsName) {
  EXPECT_EQ(Counts({kL0, 3}), 3U);
  EXPECT_EQ(Counts({kL0, 4}), 4U);
  EXPECT_EQ(Counts({kL0, 5}), 4U);
  EXPECT_EQ(Counts({kL1, 100}), 8U);
}

TEST(LineageTest, UnderThePresentNameItCountsAsAtMostTheHead) {
  EXPECT_EQ(Counts({kL2, 12}), 12U);
  EXPECT_EQ(Counts({kL2, 13}), 12U);
}

TEST(LineageTest, APositionIsNeverLifted) {
  EXPECT_EQ(Counts({kL1, 2}), 2U);
  EXPECT_EQ(Counts({kL2, 0}), 0U);
  EXPECT_EQ(Counts({kCut, 2}, {{{{kL0, 1}, {kCut, 3}}}}), 2U);
}

TEST(LineageTest, ThePositionBeforeEverythingCountsAsZero) {
  EXPECT_EQ(Counts({}), 0U);
  EXPECT_EQ(CountsAs({kL0, 3}, {}, 0, {}), 0U);
}

TEST(LineageTest, AnUnknownNameOfWhichNothingWasToldCountsAsZero) {
  EXPECT_EQ(Counts({kCut, 7}), 0U);
  EXPECT_EQ(Counts({kCut, 7}, {{{{kL0, 1}, {kCutToo, 3}}}}), 0U);
}

TEST(LineageTest, AnUnknownNameCountsAsAtMostTheLastSeqBothShare) {
  // Theirs left L0 at 2, ours at 4; and the other way round.
  EXPECT_EQ(Counts({kCut, 7}, {{{{kL0, 1}, {kCut, 3}}}}), 2U);
  EXPECT_EQ(Counts({kCut, 20}, {{{{kL0, 1}, {kCut, 17}}}}), 4U);
}

TEST(LineageTest, TheNewestNameInBothDecides) {
  const ToldLineage told{{{kL0, 1}, {kL1, 5}, {kCut, 8}}};
  EXPECT_EQ(Counts({kCut, 9}, {told}), 7U);
}

TEST(LineageTest, WhatIsSharedMayBeTheLogsPresentName) {
  const ToldLineage told{{{kL0, 1}, {kL1, 5}, {kL2, 9}, {kCut, 11}}};
  EXPECT_EQ(Counts({kCut, 20}, {told}), 10U);
  EXPECT_EQ(CountsAs({kCut, 20}, Ours(), /*head=*/9, {told}), 9U);
}

TEST(LineageTest, TheLineageToldWithTheNameIsTheOneThatCounts) {
  const ToldLineage other{{{kL0, 1}, {kL1, 5}, {kCutToo, 8}}};
  const ToldLineage its{{{kL0, 1}, {kCut, 3}}};
  EXPECT_EQ(Counts({kCut, 20}, {other, its}), 2U);
  EXPECT_EQ(Counts({kCutToo, 20}, {other, its}), 7U);
}

TEST(LineageTest, ALogThatSharesNoNameSharesNothing) {
  EXPECT_EQ(Counts({kCut, 7}, {{{{kCutToo, 1}, {kCut, 3}}}}), 0U);
}

TEST(LineageTest, PositionsAreOrderedByThePlaceOfTheirNameThenBySeq) {
  // Each before the next.
  const std::vector<Position> ascending = {
      {}, {kCut, 900}, {kL0, 7}, {kL1, 2}, {kL1, 3}, {kL2, 0}, {kL2, 100}};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(LiesBefore(ascending[i], ascending[j], Ours()), i < j)
          << i << " " << j;
    }
  }
}

RC_GTEST_PROP(LineageProperty, AClaimNeverLiftsAPositionNorReachesPastTheCut,
              (Seq seq, Seq begins, Seq ends)) {
  const auto name = *rc::gen::element(kL0, kL1, kL2, kCut, LogName::kNone);
  const auto shared = *rc::gen::element(kL0, kL1, kL2, kCutToo);
  const std::vector<ToldLineage> told = {{{{shared, begins}, {kCut, ends}}}};
  const Seq counts = Counts({name, seq}, told);
  RC_ASSERT(counts <= seq);
  RC_ASSERT(counts <= 12U);
  if (name == kL0 || (name == kCut && shared == kL0)) RC_ASSERT(counts <= 4U);
  if (name == kL1 || (name == kCut && shared == kL1)) RC_ASSERT(counts <= 8U);
}

}  // namespace
}  // namespace chasqui
