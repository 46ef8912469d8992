#include "server/rate_limits.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::StatusCode kTooMuch = absl::StatusCode::kResourceExhausted;
constexpr CallerKind kDevice = CallerKind::kDevice;

// Ten requests at once and two a second; a thousand bytes and a hundred.
RateLimitOptions Small() {
  RateLimitOptions options;
  options.device = {{2, 10}, {100, 1'000}, 2};
  options.guesses_per_minute = 3;
  return options;
}

TEST(RateLimitsTest, AQuietCallerHasABurstAndThenItsRate) {
  RateLimits limits(Small());
  for (int i = 0; i < 10; ++i) EXPECT_OK(limits.Take(kDevice, "t", 0, 5'000));
  const absl::Status refused = limits.Take(kDevice, "t", 0, 5'000);
  EXPECT_THAT(refused,
              StatusIs(kTooMuch, AllOf(HasSubstr("2 requests a second"),
                                       HasSubstr("try again in 1 s"))));
  EXPECT_EQ(RetryAfterS(refused), 1);
  EXPECT_THAT(limits.Take(kDevice, "t", 0, 5'499), StatusIs(kTooMuch));
  EXPECT_OK(limits.Take(kDevice, "t", 0, 5'500));
  EXPECT_THAT(limits.Take(kDevice, "t", 0, 5'500), StatusIs(kTooMuch));
  // Whoever goes on asking is not kept waiting for it.
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(limits.Take(kDevice, "t", 0, 5'900).ok());
  }
  EXPECT_OK(limits.Take(kDevice, "t", 0, 6'000));
}

TEST(RateLimitsTest, BytesHaveALimitOfTheirOwn) {
  RateLimits limits(Small());
  EXPECT_OK(limits.Take(kDevice, "t", 600, 0));
  const absl::Status refused = limits.Take(kDevice, "t", 600, 0);
  EXPECT_THAT(refused, StatusIs(kTooMuch, HasSubstr("100 bytes a second")));
  EXPECT_EQ(RetryAfterS(refused), 2);
  EXPECT_OK(limits.Take(kDevice, "t", 600, 2'000));
}

TEST(RateLimitsTest, WhatIsLargerThanABurstWaitsForAFullBucketAndThenForIt) {
  RateLimits limits(Small());
  EXPECT_OK(limits.Take(kDevice, "t", 5'000, 0));
  EXPECT_THAT(limits.Take(kDevice, "t", 1, 40'000), StatusIs(kTooMuch));
  EXPECT_OK(limits.Take(kDevice, "t", 1, 40'100));
}

TEST(RateLimitsTest, OneSlowsOnlyItself) {
  RateLimits limits(Small());
  while (limits.Take(kDevice, "loud", 0, 0).ok()) continue;
  EXPECT_OK(limits.Take(kDevice, "quiet", 0, 0));
  EXPECT_OK(limits.Take(CallerKind::kPerson, "loud", 0, 0));
}

TEST(RateLimitsTest, AClockFarOnForgivesNoMoreThanABurst) {
  RateLimits limits(Small());
  EXPECT_OK(limits.Take(kDevice, "t", 0, 0));
  const std::int64_t later = std::int64_t{1} << 42;
  for (int i = 0; i < 10; ++i) EXPECT_OK(limits.Take(kDevice, "t", 0, later));
  EXPECT_THAT(limits.Take(kDevice, "t", 0, later), StatusIs(kTooMuch));
}

TEST(RateLimitsTest, StreamsAreCountedUntilTheyAreClosed) {
  RateLimits limits(Small());
  EXPECT_OK(limits.Open(kDevice, "t"));
  EXPECT_OK(limits.Open(kDevice, "t"));
  EXPECT_THAT(limits.Open(kDevice, "t"),
              StatusIs(kTooMuch, HasSubstr("2 streams open at a time")));
  EXPECT_OK(limits.Open(kDevice, "other"));
  limits.Close(kDevice, "t");
  EXPECT_OK(limits.Open(kDevice, "t"));
  limits.Close(kDevice, "never seen");
}

TEST(RateLimitsTest, GuessesAreOfOneAddress) {
  RateLimits limits(Small());
  for (int i = 0; i < 3; ++i) EXPECT_OK(limits.TakeGuess("192.0.2.7", 0));
  const absl::Status refused = limits.TakeGuess("192.0.2.7", 0);
  EXPECT_THAT(refused, StatusIs(kTooMuch, HasSubstr("3 a minute")));
  EXPECT_EQ(RetryAfterS(refused), 20);
  EXPECT_OK(limits.TakeGuess("192.0.2.8", 0));
  EXPECT_OK(limits.TakeGuess("192.0.2.7", 20'000));
  EXPECT_FALSE(limits.TakeGuess("192.0.2.7", 20'000).ok());
  // It was right.
  limits.GiveGuess("192.0.2.7");
  EXPECT_OK(limits.TakeGuess("192.0.2.7", 20'000));
}

TEST(RateLimitsTest, NamesThatAreMadeUpCostNoMoreThanSoMuch) {
  RateLimits limits(Small());
  for (std::size_t i = 0; i < RateLimits::kCallersMax; ++i) {
    ASSERT_OK(limits.TakeGuess(StrCat(i), 1'000));
  }
  // All are too many to be told apart: those that are new share one.
  for (int i = 0; i < 3; ++i) {
    EXPECT_OK(limits.TakeGuess(StrCat("new ", i), 2'000));
  }
  EXPECT_THAT(limits.TakeGuess("new 3", 2'000), StatusIs(kTooMuch));
  // Who has been quiet is forgotten, and there is room.
  EXPECT_OK(limits.TakeGuess("new 4", 120'000));
}

TEST(RateLimitsTest, OtherErrorsSayNotWhenToComeAgain) {
  EXPECT_EQ(RetryAfterS(absl::ResourceExhaustedError("full")), 0);
  EXPECT_EQ(RetryAfterS(absl::OkStatus()), 0);
}

}  // namespace
}  // namespace chasqui::server
