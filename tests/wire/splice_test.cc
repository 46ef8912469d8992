// A text told as a piece of another.

#include "sync/wire/splice.h"

#include <string>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::wire {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;

TEST(SpliceTest, TellsAnyTextByAnyOther) {
  const std::vector<std::string> texts = {
      "", "a", "aa", "aaaa", "abcabc", "abc", "xbcabc", "abcaby", "zzz"};
  for (const std::string& known : texts) {
    for (const std::string& text : texts) {
      const std::string splice = SpliceOf(known, text);
      EXPECT_FALSE(splice.empty());
      EXPECT_THAT(Spliced(known, splice), IsOkAndHolds(text))
          << known << " to " << text;
    }
  }
}

TEST(SpliceTest, OnlyThePieceTravels) {
  const std::string front(50, 'f');
  const std::string end(50, 'e');
  EXPECT_EQ(SpliceOf(front + "one" + end, front + "two" + end).size(), 5u);
}

TEST(SpliceTest, WhatReachesBeyondTheKnownIsRefused) {
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(Spliced("abc", std::string("\x03\x00", 2)), IsOkAndHolds("abc"));
  EXPECT_THAT(Spliced("abc", std::string("\x04\x00", 2)), refused);
  EXPECT_THAT(Spliced("abc", std::string("\x02\x02", 2)), refused);
  EXPECT_THAT(Spliced("abc", "\x01"), refused);
  EXPECT_THAT(Spliced("abc", ""), refused);
  EXPECT_THAT(Spliced("abc", std::string(11, '\xff')), refused);
}

}  // namespace
}  // namespace chasqui::wire
