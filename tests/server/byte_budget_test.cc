#include "server/byte_budget.h"

#include <cstdint>
#include <limits>

#include "gtest/gtest.h"

namespace chasqui::server {
namespace {

TEST(ByteBudgetTest, WithoutALimitNobodyWaits) {
  ByteBudget budget(0);
  EXPECT_FALSE(budget.limited());
  EXPECT_EQ(budget.Spend(std::size_t{1} << 40, 0), 0u);
}

TEST(ByteBudgetTest, ABurstIsFreeAfterAQuietTime) {
  ByteBudget budget(1'000);
  EXPECT_EQ(budget.Spend(10'000, 5'000), 0u);
  EXPECT_EQ(budget.Spend(500, 5'000), 500u);
  EXPECT_EQ(budget.Spend(10'000, 60'000), 0u);
}

TEST(ByteBudgetTest, EachThatOverdrawsComesLaterThanTheOneBefore) {
  ByteBudget budget(1'000);
  budget.Spend(10'000, 0);
  EXPECT_EQ(budget.Spend(1'000, 0), 1'000u);
  EXPECT_EQ(budget.Spend(1'000, 0), 2'000u);
  EXPECT_EQ(budget.Spend(1'000, 500), 2'500u);
}

TEST(ByteBudgetTest, NobodyIsSentAwayForLongerThanTheLimit) {
  ByteBudget budget(1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(budget.Spend(std::size_t{1} << 40, 0), ByteBudget::kWaitMaxMs);
  }
  // What was overdrawn beyond that is forgiven.
  EXPECT_EQ(budget.Spend(0, ByteBudget::kWaitMaxMs), 0u);
}

TEST(ByteBudgetTest, NumbersAreNeverTooLarge) {
  ByteBudget budget(std::numeric_limits<std::int64_t>::max());
  for (const std::int64_t now :
       {std::int64_t{0}, std::int64_t{1} << 62, std::int64_t{5}}) {
    EXPECT_EQ(budget.Spend(1, now), 0u);
  }
}

}  // namespace
}  // namespace chasqui::server
