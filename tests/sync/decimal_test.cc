#include "sync/decimal.h"

#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "sync/base/str_cat.h"
#include "sync/value.h"

namespace chasqui {
namespace {

TEST(DecimalTest, EveryNotationHasOneSpelling) {
  EXPECT_EQ(CanonicalDecimal("12"), "12");
  EXPECT_EQ(CanonicalDecimal("12.0"), "12");
  EXPECT_EQ(CanonicalDecimal("+.5"), "0.5");
  EXPECT_EQ(CanonicalDecimal("5."), "5");
  EXPECT_EQ(CanonicalDecimal("007.250"), "7.25");
  EXPECT_EQ(CanonicalDecimal("-3e2"), "-300");
  EXPECT_EQ(CanonicalDecimal("1E-05"), "0.00001");
  EXPECT_EQ(CanonicalDecimal("1.5e+1"), "15");
  EXPECT_EQ(CanonicalDecimal("0.00125e3"), "1.25");
  EXPECT_EQ(CanonicalDecimal("-0.0"), "0");
  EXPECT_EQ(CanonicalDecimal("0e999"), "0");
}

TEST(DecimalTest, WhatIsNoDecimalIsRefused) {
  for (const char* const text :
       {"",      " ",     ".",     "-",   "+",   "+-1",  "--1",
        "1-",    "1,5",   "1.2.3", "e5",  "1e",  "1e+",  "1e+-5",
        "1e--5", "1e5.0", "1e5e5", "Inf", "NaN", "0x10", "1 "}) {
    EXPECT_EQ(CanonicalDecimal(text), std::nullopt) << text;
  }
}

TEST(DecimalTest, ADecimalHasAtMostTheDeclaredCharacters) {
  const std::string most(kDecimalCharsMax, '9');
  EXPECT_EQ(CanonicalDecimal(most), most);
  EXPECT_TRUE(IsCanonicalDecimal(most));
  EXPECT_EQ(CanonicalDecimal(most + "9"), std::nullopt);
  EXPECT_EQ(CanonicalDecimal("-" + most), std::nullopt);
  EXPECT_FALSE(IsCanonicalDecimal("-" + most));
  EXPECT_EQ(CanonicalDecimal("1e63")->size(), kDecimalCharsMax);
  EXPECT_EQ(CanonicalDecimal("1e64"), std::nullopt);
  EXPECT_EQ(CanonicalDecimal("1e-62")->size(), kDecimalCharsMax);
  EXPECT_EQ(CanonicalDecimal("1e-63"), std::nullopt);
  EXPECT_EQ(CanonicalDecimal("1e2147483647"), std::nullopt);
  EXPECT_EQ(CanonicalDecimal("1e-2147483648"), std::nullopt);
  EXPECT_EQ(CanonicalDecimal("1e99999999999"), std::nullopt);
}

TEST(DecimalTest, LeadingAndTrailingZerosDoNotCountAgainstTheLimit) {
  EXPECT_EQ(
      CanonicalDecimal(std::string(500, '0') + "1." + std::string(500, '0')),
      "1");
}

TEST(DecimalTest, OnlyTheOneSpellingIsCanonical) {
  for (const char* const text : {"0", "-1", "10", "0.5", "-0.05", "12.34"}) {
    EXPECT_TRUE(IsCanonicalDecimal(text)) << text;
  }
  for (const char* const text : {"", "-", "-0", "00", "01", "-01", ".5", "5.",
                                 "1.0", "1.50", "+1", "1e5", "1.-5", "1..5"}) {
    EXPECT_FALSE(IsCanonicalDecimal(text)) << text;
  }
}

TEST(DecimalTest, DecimalsCompareByMagnitudeAndSign) {
  EXPECT_LT(CompareDecimals("9", "10"), 0);
  EXPECT_GT(CompareDecimals("0.5", "0.49"), 0);
  EXPECT_LT(CompareDecimals("0.5", "0.55"), 0);
  EXPECT_LT(CompareDecimals("-10", "-9"), 0);
  EXPECT_LT(CompareDecimals("-0.1", "0"), 0);
  EXPECT_GT(CompareDecimals("1", "-1000"), 0);
  EXPECT_EQ(CompareDecimals("-2.5", "-2.5"), 0);
}

// `thousandths` as a decimal, zeros and all.
std::string Thousandths(std::int32_t thousandths) {
  const std::int64_t size = std::abs(std::int64_t{thousandths});
  const std::string fraction = StrCat(1000 + size % 1000).substr(1);
  return StrCat(thousandths < 0 ? "-" : "", size / 1000, ".", fraction);
}

RC_GTEST_PROP(DecimalProperty, TheOrderIsThatOfTheNumbers,
              (std::int32_t a, std::int32_t b)) {
  const auto left = CanonicalDecimal(Thousandths(a));
  const auto right = CanonicalDecimal(Thousandths(b));
  RC_ASSERT(IsCanonicalDecimal(*left));
  const int order = CompareDecimals(*left, *right);
  RC_ASSERT((order < 0) == (a < b));
  RC_ASSERT((order == 0) == (a == b));
}

RC_GTEST_PROP(DecimalProperty, WhateverIsReadIsCanonicalAndReadsAsItself, ()) {
  const auto text = *rc::gen::container<std::string>(
      rc::gen::elementOf(std::string("0123456789..--+eE")));
  const auto decimal = CanonicalDecimal(text);
  if (!decimal.has_value()) return;
  RC_ASSERT(IsCanonicalDecimal(*decimal));
  RC_ASSERT(CanonicalDecimal(*decimal) == decimal);
}

}  // namespace
}  // namespace chasqui
