#include "sync/utf8.h"

#include <cstdint>
#include <string>

#include "gtest/gtest.h"

namespace chasqui {
namespace {

// The bytes that the general scheme gives a code point, well-formed or not.
std::string Spell(std::uint32_t point, int bytes) {
  if (bytes == 1) return {static_cast<char>(point)};
  std::string spelled;
  for (int i = 1; i < bytes; ++i) {
    spelled.insert(spelled.begin(), static_cast<char>(0x80 | (point & 0x3f)));
    point >>= 6;
  }
  const std::uint32_t lead = (0xf00U >> bytes) & 0xff;
  spelled.insert(spelled.begin(), static_cast<char>(lead | point));
  return spelled;
}

TEST(Utf8Test, EveryCodePointInItsOwnLengthIsWellFormed) {
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    const int bytes = point < 0x80       ? 1
                      : point < 0x800    ? 2
                      : point < 0x1'0000 ? 3
                                         : 4;
    const bool surrogate = point >= 0xd800 && point <= 0xdfff;
    ASSERT_EQ(IsUtf8(Spell(point, bytes)), !surrogate) << point;
  }
}

TEST(Utf8Test, ALongerSpellingIsRefused) {
  for (std::uint32_t point = 0; point < 0x1'0000; ++point) {
    if (point < 0x80) {
      ASSERT_FALSE(IsUtf8(Spell(point, 2))) << point;
    }
    if (point < 0x800) {
      ASSERT_FALSE(IsUtf8(Spell(point, 3))) << point;
    }
    ASSERT_FALSE(IsUtf8(Spell(point, 4))) << point;
  }
}

TEST(Utf8Test, NothingIsAboveTheLastCodePoint) {
  EXPECT_TRUE(IsUtf8(Spell(0x10ffff, 4)));
  EXPECT_FALSE(IsUtf8(Spell(0x11'0000, 4)));
  EXPECT_FALSE(IsUtf8("\xf5\x80\x80\x80"));
  EXPECT_FALSE(IsUtf8("\xff"));
}

TEST(Utf8Test, ACharacterCutShortIsRefused) {
  for (const std::string whole : {"é", "€", "😀"}) {
    ASSERT_TRUE(IsUtf8(whole));
    for (std::size_t size = 1; size < whole.size(); ++size) {
      EXPECT_FALSE(IsUtf8(whole.substr(0, size)));
      EXPECT_FALSE(IsUtf8(whole.substr(0, size) + "a"));
      EXPECT_FALSE(IsUtf8(whole.substr(size)));
    }
  }
}

TEST(Utf8Test, EmptyAndMixedTextIsWellFormed) {
  EXPECT_TRUE(IsUtf8(""));
  EXPECT_TRUE(IsUtf8("Ọ̀yọ́ a€😀z"));
  EXPECT_TRUE(IsUtf8(std::string("a\0b", 3)));
}

}  // namespace
}  // namespace chasqui
