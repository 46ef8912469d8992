#include "sync/time_interval.h"

#include <cstdint>
#include <optional>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui {
namespace {

constexpr std::uint64_t kBoot = 9;
constexpr std::int64_t kBase = 1'000;
constexpr std::int64_t kReceived = 100'000;

TimeInterval Estimate(const EditClock& edit, const Exchange& exchange,
                      std::int64_t previous = 0,
                      const std::optional<TimeInterval>& told = {}) {
  return EstimateTime(edit, exchange, kBase, kReceived, previous, told);
}

TEST(TimeIntervalTest, WithinOneBootTheAgeIsExactToTheRoundTrip) {
  // Made 5 s before it was sent; the last exchange took 300 ms.
  EXPECT_EQ(Estimate({kBoot, 20'000, -1}, {kBoot, 25'000, -1, 300}),
            (TimeInterval{94'700, 95'000, 95'000}));
}

TEST(TimeIntervalTest, WithoutARoundTripTheLowerEndIsTheBase) {
  EXPECT_EQ(Estimate({kBoot, 20'000, -1}, {kBoot, 25'000, -1, 0}),
            (TimeInterval{kBase, 95'000, 95'000}));
}

TEST(TimeIntervalTest, MonotonicTimeIsForTheSameBootAlone) {
  // The wall clock is an hour slow, at the edit and at the exchange.
  const TimeInterval time = Estimate({kBoot, 20'000, -3'600'000},
                                     {kBoot + 1, 25'000, -3'596'000, 300});
  EXPECT_EQ(time, (TimeInterval{kBase, kReceived, 96'000}));
}

TEST(TimeIntervalTest, NoBootIsNotTheSameBoot) {
  EXPECT_EQ(Estimate({0, 20'000, 50'000}, {0, 25'000, 60'000, 300}),
            (TimeInterval{kBase, kReceived, 90'000}));
}

TEST(TimeIntervalTest, AWallClockIsClampedBetweenBaseAndReceipt) {
  EXPECT_EQ(Estimate({0, 0, 0}, {0, 0, 10'000'000, 0}).at, kBase + 1);
  EXPECT_EQ(Estimate({0, 0, 10'000'000}, {0, 0, 0, 0}).at, kReceived);
}

TEST(TimeIntervalTest, AnEditAfterItsExchangeIsTakenAsMadeThen) {
  EXPECT_EQ(Estimate({kBoot, 30'000, 0}, {kBoot, 25'000, 0, 300}),
            (TimeInterval{kReceived - 300, kReceived, kReceived}));
}

TEST(TimeIntervalTest, AnAgeBeyondTheBaseEndsThere) {
  EXPECT_EQ(Estimate({kBoot, 0, 0}, {kBoot, 1'000'000, 0, 300}),
            (TimeInterval{kBase, kBase + 1, kBase + 1}));
}

TEST(TimeIntervalTest, WhatWasToldBeforeARestoreStands) {
  const TimeInterval told{40'000, 50'000, 45'000};
  EXPECT_EQ(Estimate({kBoot, 0, 0}, {kBoot, 1, 0, 300}, 0, told), told);
}

TEST(TimeIntervalTest, WhatWasToldIsClampedToo) {
  EXPECT_EQ(Estimate({}, {}, 0, TimeInterval{-5, 1'000'000, 999'999}),
            (TimeInterval{kBase, kReceived, kReceived}));
  EXPECT_EQ(Estimate({}, {}, 0, TimeInterval{0, 500, 400}),
            (TimeInterval{kBase, kBase + 1, kBase + 1}));
}

TEST(TimeIntervalTest, TimeDoesNotRunBackInAChain) {
  EXPECT_EQ(Estimate({kBoot, 20'000, 0}, {kBoot, 25'000, 0, 300}, 98'000),
            (TimeInterval{94'700, 98'000, 98'000}));
  EXPECT_EQ(Estimate({kBoot, 20'000, 0}, {kBoot, 25'000, 0, 300}, 94'900).at,
            95'000);
  EXPECT_EQ(Estimate({}, {}, 98'000, TimeInterval{40'000, 50'000, 45'000}).at,
            98'000);
}

TEST(TimeIntervalTest, ABaseNotBeforeTheReceiptLeavesOneMillisecond) {
  EXPECT_EQ(EstimateTime({}, {}, kReceived + 50, kReceived, 0, {}),
            (TimeInterval{kReceived - 1, kReceived, kReceived}));
}

TEST(TimeIntervalTest, IntervalsThatTouchDoNotOverlap) {
  // (0, 10] and (10, 20]: the second came after.
  EXPECT_FALSE(Overlap({0, 10, 5}, {10, 20, 15}));
  EXPECT_FALSE(Overlap({10, 20, 15}, {0, 10, 5}));
  EXPECT_TRUE(Overlap({0, 11, 5}, {10, 20, 15}));
  EXPECT_TRUE(Overlap({0, 100, 5}, {10, 20, 15}));
}

// A claim: now and then as wild as can be.
std::int64_t AnyClaim() {
  return *rc::gen::oneOf(
      rc::gen::inRange<std::int64_t>(-200'000, 200'000),
      rc::gen::element<std::int64_t>(INT64_MIN, INT64_MIN + 1, INT64_MAX),
      rc::gen::arbitrary<std::int64_t>());
}

RC_GTEST_PROP(TimeIntervalProperty, NoClaimHoweverWildLeavesTheInterval, ()) {
  const auto boot = *rc::gen::inRange<std::uint64_t>(0, 3);
  const auto boot_then = *rc::gen::inRange<std::uint64_t>(0, 3);
  const EditClock edit{boot_then, AnyClaim(), AnyClaim()};
  const Exchange exchange{boot, AnyClaim(), AnyClaim(), AnyClaim()};
  std::optional<TimeInterval> told;
  if (*rc::gen::arbitrary<bool>()) told = {AnyClaim(), AnyClaim(), AnyClaim()};
  const auto previous = *rc::gen::inRange<std::int64_t>(0, 2 * kReceived);
  const TimeInterval time = Estimate(edit, exchange, previous, told);
  RC_ASSERT(kBase <= time.lo);
  RC_ASSERT(time.lo < time.at);
  RC_ASSERT(time.at <= time.hi);
  RC_ASSERT(time.hi <= kReceived);
  RC_ASSERT(time.at >= std::min(previous, kReceived));
}

RC_GTEST_PROP(TimeIntervalProperty, WhatWasGivenAndToldAgainIsTheSame, ()) {
  const Exchange exchange{*rc::gen::inRange<std::uint64_t>(0, 2), AnyClaim(),
                          AnyClaim(), AnyClaim()};
  const TimeInterval first = Estimate({1, AnyClaim(), AnyClaim()}, exchange, 0);
  RC_ASSERT(Estimate({1, AnyClaim(), AnyClaim()}, exchange, 0, first) == first);
}

}  // namespace
}  // namespace chasqui
