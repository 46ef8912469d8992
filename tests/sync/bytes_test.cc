#include "sync/bytes.h"

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui {
namespace {

std::string Varint(std::uint64_t value) {
  std::string bytes;
  ByteWriter(bytes).Varint(value);
  return bytes;
}

// The varint that `hex` spells, or -1 where it spells none.
std::int64_t VarintOf(std::string_view hex) {
  const std::string bytes =
      absl::HexStringToBytes(absl::string_view(hex.data(), hex.size()));
  ByteReader in(bytes);
  const std::uint64_t value = in.Varint();
  return in.done() ? static_cast<std::int64_t>(value) : -1;
}

TEST(BytesTest, AVarintGrowsByAByteEverySevenBits) {
  EXPECT_EQ(Varint(0), std::string(1, '\0'));
  EXPECT_EQ(Varint(127), "\x7f");
  EXPECT_EQ(Varint(128), std::string("\x80\x01"));
  EXPECT_EQ(Varint(16'383).size(), 2U);
  EXPECT_EQ(Varint(16'384).size(), 3U);
  EXPECT_EQ(Varint(std::numeric_limits<std::uint64_t>::max()).size(), 10U);
}

TEST(BytesTest, OnlyTheShortestSpellingOfAVarintIsRead) {
  EXPECT_EQ(VarintOf("05"), 5);
  EXPECT_EQ(VarintOf("8500"), -1);
  EXPECT_EQ(VarintOf("8000"), -1);
  EXPECT_EQ(VarintOf("8580808000"), -1);
}

TEST(BytesTest, AVarintOfMoreThan64BitsIsRefused) {
  EXPECT_EQ(VarintOf("ffffffffffffffff7f"), INT64_MAX);
  EXPECT_EQ(VarintOf("ffffffffffffffffff02"), -1);
  EXPECT_EQ(VarintOf("ffffffffffffffffff8100"), -1);
}

TEST(BytesTest, AVarintCutShortIsRefused) {
  EXPECT_EQ(VarintOf(""), -1);
  EXPECT_EQ(VarintOf("80"), -1);
  EXPECT_EQ(VarintOf("ffff"), -1);
}

TEST(BytesTest, A32BitVarintIsRefusedOnePastItsLimit) {
  const std::string most = Varint(0xffff'ffff);
  ByteReader at(most);
  EXPECT_EQ(at.Varint32(), 0xffff'ffffU);
  EXPECT_TRUE(at.done());
  const std::string over = Varint(0x1'0000'0000);
  ByteReader past(over);
  EXPECT_EQ(past.Varint32(), 0U);
  EXPECT_FALSE(past.ok());
}

TEST(BytesTest, Fixed64IsLittleEndian) {
  std::string bytes;
  ByteWriter(bytes).Fixed64(0x0102'0304'0506'0708);
  EXPECT_EQ(bytes, "\x08\x07\x06\x05\x04\x03\x02\x01");
  ByteReader in(bytes);
  EXPECT_EQ(in.Fixed64(), 0x0102'0304'0506'0708U);
}

TEST(BytesTest, ACountCannotAskForMoreThanTheInputCouldFill) {
  const std::string bytes = "\x03" + std::string(8, 'x');
  ByteReader fits(bytes);
  EXPECT_EQ(fits.Count(2), 3U);
  EXPECT_TRUE(fits.ok());
  ByteReader over(bytes);
  EXPECT_EQ(over.Count(3), 0U);
  EXPECT_FALSE(over.ok());
}

TEST(BytesTest, BytesLongerThanTheInputAreRefused) {
  ByteReader in("\x04xyz");
  EXPECT_EQ(in.Bytes(), "");
  EXPECT_FALSE(in.ok());
}

TEST(BytesTest, AfterAFailureEveryReadIsZeroOrEmpty) {
  ByteReader in("\x02\x02\x02\x02\x02\x02\x02\x02\x02");
  in.Fail();
  EXPECT_EQ(in.left(), 0U);
  EXPECT_EQ(in.Byte(), 0U);
  EXPECT_EQ(in.Varint(), 0U);
  EXPECT_EQ(in.Zigzag(), 0);
  EXPECT_EQ(in.Fixed64(), 0U);
  EXPECT_EQ(in.Bytes(), "");
  EXPECT_EQ(in.Raw(0), "");
  EXPECT_TRUE(in.Name<RecordId>().empty());
  EXPECT_FALSE(in.done());
}

TEST(BytesTest, ReadingIsDoneOnlyWhenNothingIsLeft) {
  ByteReader in("ab");
  in.Byte();
  EXPECT_TRUE(in.ok());
  EXPECT_FALSE(in.done());
  in.Byte();
  EXPECT_TRUE(in.done());
}

TEST(BytesTest, ANameNeedsSixteenBytes) {
  const std::string fifteen(15, 'x');
  ByteReader in(fifteen);
  EXPECT_TRUE(in.Name<RecordId>().empty());
  EXPECT_FALSE(in.ok());
}

RC_GTEST_PROP(BytesProperty, WhatIsWrittenIsRead,
              (std::uint64_t number, std::int64_t signed_number,
               const std::string& text)) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(number);
  out.Zigzag(signed_number);
  out.Fixed64(number);
  out.Bytes(text);
  ByteReader in(bytes);
  RC_ASSERT(in.Varint() == number);
  RC_ASSERT(in.Zigzag() == signed_number);
  RC_ASSERT(in.Fixed64() == number);
  RC_ASSERT(in.Bytes() == text);
  RC_ASSERT(in.done());
}

RC_GTEST_PROP(BytesProperty, WhatReadsAsAVarintIsItsOnlySpelling,
              (const std::vector<std::uint8_t>& raw)) {
  const std::string bytes(raw.begin(), raw.end());
  ByteReader in(bytes);
  const std::uint64_t value = in.Varint();
  if (!in.ok()) return;
  RC_ASSERT(Varint(value) == bytes.substr(0, bytes.size() - in.left()));
}

TEST(BytesTest, ZigzagHoldsTheExtremes) {
  for (const std::int64_t extreme :
       {INT64_MIN, INT64_MIN + 1, std::int64_t{-1}, INT64_MAX}) {
    std::string bytes;
    ByteWriter(bytes).Zigzag(extreme);
    ByteReader in(bytes);
    EXPECT_EQ(in.Zigzag(), extreme);
    EXPECT_TRUE(in.done());
  }
}

}  // namespace
}  // namespace chasqui
