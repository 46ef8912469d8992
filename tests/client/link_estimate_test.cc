#include "client/link_estimate.h"

#include <cstdint>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;

// Exchanges of a link with that delay and rate.
LinkEstimate After(int exchanges, std::int64_t delay_ms,
                   std::int64_t bytes_per_ms) {
  LinkEstimate estimate;
  for (int i = 0; i < exchanges; ++i) {
    estimate.Moved(100, delay_ms);
    estimate.Moved(50'000, delay_ms + 50'000 / bytes_per_ms);
  }
  return estimate;
}

TEST(LinkEstimateTest, RateAndOverheadAreToldApart) {
  const LinkEstimate estimate = After(20, 700, 5);
  EXPECT_EQ(estimate.overhead_ms(), 700u);
  EXPECT_EQ(estimate.bytes_per_s(), 5'000u);
}

TEST(LinkEstimateTest, ASingleDelayIsNoOverhead) {
  LinkEstimate estimate = After(3, 100, 5);
  estimate.Moved(100, 10'000);
  EXPECT_LT(estimate.overhead_ms(), 2'000u);
  estimate.Moved(100, 100);
  EXPECT_EQ(estimate.overhead_ms(), 100u);
}

// 2 * 500 ms * 50,000 ms is 7,071 ms squared; at 5 bytes a millisecond.
TEST(LinkEstimateTest, ABatchTakesTheSquareRootOfOverheadAndInterval) {
  LinkEstimate estimate = After(30, 500, 5);
  while (estimate.drop_interval_ms() > 51'000) {
    estimate.Moved(0, 49'000);
    estimate.Dropped(1'000);
  }
  EXPECT_NEAR(static_cast<double>(estimate.BatchBytes()), 35'355, 700);
}

TEST(LinkEstimateTest, BatchesStayWithinTheirBounds) {
  EXPECT_GT(LinkEstimate().BatchBytes(), kBatchBytesMin);
  EXPECT_LT(LinkEstimate().BatchBytes(), kBatchBytesMax);
  EXPECT_EQ(After(10, 1, 100'000).BatchBytes(), kBatchBytesMax);
  LinkEstimate slow = After(10, 5, 1);
  for (int i = 0; i < 50; ++i) slow.Dropped(1);
  EXPECT_EQ(slow.BatchBytes(), kBatchBytesMin);
}

TEST(LinkEstimateTest, ALinkThatHoldsDropsLessOften) {
  LinkEstimate estimate;
  for (int i = 0; i < 10; ++i) estimate.Dropped(1'000);
  const std::uint32_t often = estimate.drop_interval_ms();
  for (int i = 0; i < 10; ++i) estimate.Moved(0, often);
  EXPECT_EQ(estimate.drop_interval_ms(), 10 * often);
}

TEST(LinkEstimateTest, NoMeasurementIsTooOdd) {
  LinkEstimate estimate;
  for (const std::int64_t ms :
       {std::int64_t{-5}, std::int64_t{0}, std::int64_t{1} << 62}) {
    estimate.Moved(std::size_t{1} << 40, ms);
    estimate.Moved(1, ms);
    estimate.Dropped(ms);
    EXPECT_GE(estimate.BatchBytes(), kBatchBytesMin);
    EXPECT_LE(estimate.BatchBytes(), kBatchBytesMax);
    EXPECT_THAT(LinkEstimate::Decode(estimate.Encode()),
                IsOkAndHolds(estimate));
  }
}

TEST(LinkEstimateTest, WhatIsNoEstimateIsDataLoss) {
  const std::string bytes = After(5, 300, 5).Encode();
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_THAT(LinkEstimate::Decode(bytes.substr(0, size)),
                StatusIs(absl::StatusCode::kDataLoss));
  }
  EXPECT_THAT(LinkEstimate::Decode(bytes + "x"),
              StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace chasqui::client
