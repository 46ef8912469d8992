#include "export/indicators/figure.h"

#include <cstdint>

#include "gtest/gtest.h"

namespace chasqui::exporting {
namespace {

TEST(QuotientTest, IsExact) {
  EXPECT_EQ(Quotient(1, 3, 100, 2), "33.33");
  EXPECT_EQ(Quotient(2, 3, 100, 2), "66.67");
  EXPECT_EQ(Quotient(0, 7, 100, 2), "0.00");
  EXPECT_EQ(Quotient(7, 7, 100, 2), "100.00");
  EXPECT_EQ(Quotient(570, 21, 1, 2), "27.14");
  EXPECT_EQ(Quotient(1, 3, 1, 6), "0.333333");
}

TEST(QuotientTest, RoundsHalvesAwayFromZero) {
  // 0.125, 0.135: neither of which is what its binary fraction rounds to.
  EXPECT_EQ(Quotient(1, 8, 1, 2), "0.13");
  EXPECT_EQ(Quotient(135, 1000, 1, 2), "0.14");
  EXPECT_EQ(Quotient(1005, 1000, 1, 2), "1.01");
  EXPECT_EQ(Quotient(-1, 8, 1, 2), "-0.13");
  EXPECT_EQ(Quotient(1, 2, 1, 0), "1");
  EXPECT_EQ(Quotient(1, 3, 1, 0), "0");
  EXPECT_EQ(Quotient(-1, 1000, 1, 2), "0.00");
}

TEST(QuotientTest, DoesNotOverflow) {
  EXPECT_EQ(Quotient(INT64_MAX, 1, 100, 6), "922337203685477580700.000000");
  EXPECT_EQ(Quotient(INT64_MAX, INT64_MAX, 100, 6), "100.000000");
  EXPECT_EQ(Quotient(INT64_MIN, 1, 1, 1), "-9223372036854775808.0");
}

}  // namespace
}  // namespace chasqui::exporting
