#include "sync/civil_time.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "gtest/gtest.h"

namespace chasqui {
namespace {

std::optional<std::int64_t> Day(std::string_view text) {
  const auto day = TakeDay(text);
  return text.empty() ? day : std::nullopt;
}
std::optional<std::int64_t> Time(std::string_view text) {
  const auto time = TakeTimeOfDay(text);
  return text.empty() ? time : std::nullopt;
}
std::optional<std::int32_t> Offset(std::string_view text) {
  const auto offset = TakeOffset(text);
  return text.empty() ? offset : std::nullopt;
}

TEST(CivilTimeTest, DaysAreCountedFrom1970) {
  EXPECT_EQ(Day("1970-01-01"), 0);
  EXPECT_EQ(Day("1969-12-31"), -1);
  EXPECT_EQ(Day("2000-03-01"), 11'017);
  EXPECT_EQ(Day("2014-04-02"), 16'162);
  EXPECT_EQ(Day("0000-01-01"), -719'528);
  EXPECT_EQ(Day("9999-12-31"), 2'932'896);
}

TEST(CivilTimeTest, EveryDayOfTenThousandYearsReadsBackAndFollowsTheOneBefore) {
  std::string before;
  for (std::int64_t day = -719'528; day <= 2'932'896; ++day) {
    const std::string text = FormatDay(day);
    ASSERT_EQ(Day(text), day) << text;
    ASSERT_LT(before, text);
    before = text;
  }
}

TEST(CivilTimeTest, ADateThatIsNotInTheCalendarIsRefused) {
  EXPECT_TRUE(Day("2012-02-29").has_value());
  EXPECT_TRUE(Day("2000-02-29").has_value());
  for (const char* const text :
       {"2013-02-29", "1900-02-29", "2014-02-30", "2014-04-31", "2014-00-10",
        "2014-13-01", "2014-01-00", "2014-01-32", "14-01-01", "2014-1-1",
        "2014/01/01", "-014-01-01", "2014-01", ""}) {
    EXPECT_EQ(Day(text), std::nullopt) << text;
  }
}

TEST(CivilTimeTest, ADayMayLieOutsideItsMonth) {
  EXPECT_EQ(DayOfDate(2014, 3, 0), DayOfDate(2014, 2, 28));
  EXPECT_EQ(DayOfDate(2014, 1, 32), DayOfDate(2014, 2, 1));
}

TEST(CivilTimeTest, TimesOfDayHaveSecondsAndFractionsAtWill) {
  EXPECT_EQ(Time("10:30"), 37'800'000);
  EXPECT_EQ(Time("10:30:15"), 37'815'000);
  EXPECT_EQ(Time("10:30:15.25"), 37'815'250);
  EXPECT_EQ(Time("10:30:15.250"), 37'815'250);
  EXPECT_EQ(Time("10:30:15.2509999"), 37'815'250);
  EXPECT_EQ(Time("23:59:59.999"), kDayMs - 1);
  for (const char* const text : {"24:00", "10:60", "10:30:60", "10", "10:3",
                                 "1:30", "10:30:", "10:30:15.", "10.30"}) {
    EXPECT_EQ(Time(text), std::nullopt) << text;
  }
}

TEST(CivilTimeTest, OffsetsHaveASignOrAreZ) {
  EXPECT_EQ(Offset("Z"), 0);
  EXPECT_EQ(Offset("+01:00"), 60);
  EXPECT_EQ(Offset("-05:30"), -330);
  EXPECT_EQ(Offset("+0100"), 60);
  EXPECT_EQ(Offset("-00:00"), 0);
  for (const char* const text : {"", "01:00", "+1", "+01", "+01:60", "z"}) {
    EXPECT_EQ(Offset(text), std::nullopt) << text;
  }
}

TEST(CivilTimeTest, TakingLeavesWhatFollows) {
  std::string_view text = "2014-04-02T10:30Zrest";
  EXPECT_TRUE(TakeDay(text).has_value());
  EXPECT_EQ(text, "T10:30Zrest");
  text.remove_prefix(1);
  EXPECT_TRUE(TakeTimeOfDay(text).has_value());
  EXPECT_TRUE(TakeOffset(text).has_value());
  EXPECT_EQ(text, "rest");
}

TEST(CivilTimeTest, AMomentFallsOnTheDayOfItsOffset) {
  EXPECT_EQ(DayOf(0, 0), 0);
  EXPECT_EQ(DayOf(-1, 0), -1);
  EXPECT_EQ(DayOf(-kDayMs, 0), -1);
  EXPECT_EQ(DayOf(-kDayMs - 1, 0), -2);
  EXPECT_EQ(DayOf(kDayMs - 1, 0), 0);
  EXPECT_EQ(DayOf(kDayMs - 1, 1), 1);
  EXPECT_EQ(DayOf(0, -1), -1);
}

TEST(CivilTimeTest, AMomentIsWrittenInItsOffset) {
  const std::int64_t moment = 16'162 * kDayMs + 37'815'250;
  EXPECT_EQ(FormatMoment(moment, 0), "2014-04-02T10:30:15.250Z");
  EXPECT_EQ(FormatMoment(moment, 60), "2014-04-02T11:30:15.250+01:00");
  EXPECT_EQ(FormatMoment(moment, -660), "2014-04-01T23:30:15.250-11:00");
  EXPECT_EQ(FormatMoment(-1, 0), "1969-12-31T23:59:59.999Z");
}

}  // namespace
}  // namespace chasqui
