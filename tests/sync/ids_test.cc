#include "sync/ids.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui {
namespace {

constexpr char kUuid[] = "00112233-4455-6677-8899-aabbccddeeff";

TEST(IdsTest, AUuidIsReadInEitherCaseAndWithItsScheme) {
  const auto plain = ParseUuid(kUuid);
  ASSERT_TRUE(plain.has_value());
  EXPECT_EQ((*plain)[0], 0x00);
  EXPECT_EQ((*plain)[1], 0x11);
  EXPECT_EQ((*plain)[15], 0xff);
  EXPECT_EQ(ParseUuid("00112233-4455-6677-8899-AABBCCDDEEFF"), plain);
  EXPECT_EQ(ParseUuid("uuid:" + std::string(kUuid)), plain);
}

TEST(IdsTest, WhatIsNoUuidIsRefused) {
  EXPECT_EQ(ParseUuid(""), std::nullopt);
  EXPECT_EQ(ParseUuid("00112233445566778899aabbccddeeff"), std::nullopt);
  EXPECT_EQ(ParseUuid("00112233-4455-6677-8899-aabbccddeefg"), std::nullopt);
  EXPECT_EQ(ParseUuid("00112233-4455-6677-8899-aabbccddeef"), std::nullopt);
  EXPECT_EQ(ParseUuid(std::string(kUuid) + "0"), std::nullopt);
  EXPECT_EQ(ParseUuid("001122334-455-6677-8899-aabbccddeeff"), std::nullopt);
  EXPECT_EQ(ParseUuid("{" + std::string(kUuid) + "}"), std::nullopt);
  EXPECT_EQ(ParseUuid("uuid:uuid:" + std::string(kUuid)), std::nullopt);
}

RC_GTEST_PROP(IdsProperty, AUuidIsReadBackFromItsText,
              (const std::array<std::uint8_t, 16>& bytes)) {
  RecordId id;
  id.bytes = bytes;
  RC_ASSERT(ParseUuid(ToText(id)) == bytes);
}

TEST(IdsTest, ANameIsSixteenBytesAndNoneIsAllZero) {
  EXPECT_TRUE(RecordId{}.empty());
  EXPECT_EQ(RecordId::FromBytes(std::string(15, 'a')), std::nullopt);
  EXPECT_EQ(RecordId::FromBytes(std::string(17, 'a')), std::nullopt);
  const auto id = RecordId::FromBytes(std::string(16, 'a'));
  ASSERT_TRUE(id.has_value());
  EXPECT_FALSE(id->empty());
  EXPECT_EQ(id->view(), std::string(16, 'a'));
}

TEST(IdsTest, NamesAreOrderedByTheirBytesUnsigned) {
  EXPECT_LT(RecordId::FromBytes(std::string(16, '\x7f')),
            RecordId::FromBytes(std::string(16, '\x80')));
}

TEST(IdsTest, ALogNameIsSixteenDigits) {
  EXPECT_EQ(ToText(LogName{0xab}), "00000000000000ab");
  EXPECT_EQ(ParseLogName("00000000000000ab"), LogName{0xab});
  EXPECT_EQ(ParseLogName("ffffffffffffffff"), LogName{UINT64_MAX});
  EXPECT_EQ(ParseLogName("ab"), std::nullopt);
  EXPECT_EQ(ParseLogName("-0000000000000ab"), std::nullopt);
  EXPECT_EQ(ParseLogName("0x000000000000ab"), std::nullopt);
}

TEST(IdsTest, APositionIsLogAndSeq) {
  const Position position{LogName{0xab}, 7};
  EXPECT_EQ(ToText(position), "00000000000000ab:7");
  EXPECT_EQ(ParsePosition("00000000000000ab:7"), position);
  EXPECT_EQ(ParsePosition("00000000000000ab:18446744073709551615"),
            (Position{LogName{0xab}, UINT64_MAX}));
  EXPECT_EQ(ParsePosition("00000000000000ab:18446744073709551616"),
            std::nullopt);
  EXPECT_EQ(ParsePosition("00000000000000ab"), std::nullopt);
  EXPECT_EQ(ParsePosition("00000000000000ab:"), std::nullopt);
  EXPECT_EQ(ParsePosition("00000000000000ab:-7"), std::nullopt);
  EXPECT_EQ(ParsePosition("00000000000000ab:7 "), std::nullopt);
  EXPECT_EQ(ParsePosition("7"), std::nullopt);
}

}  // namespace
}  // namespace chasqui
