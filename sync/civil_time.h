// Dates and times of day as text (ISO 8601), without time zones or locale.

#ifndef CHASQUI_SYNC_CIVIL_TIME_H_
#define CHASQUI_SYNC_CIVIL_TIME_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chasqui {

inline constexpr std::int64_t kMinuteMs = 60'000;
inline constexpr std::int64_t kDayMs = 86'400'000;

// Days since 1970-01-01, proleptic Gregorian.
// REQUIRES: month in 1..12; day may be any number.
std::int64_t DayOfDate(std::int64_t year, int month, int day);
std::string FormatDay(std::int64_t day);  // "2014-04-02"
// The day, in an offset, of a moment. Rounds towards the past.
std::int64_t DayOf(std::int64_t utc_ms, std::int32_t offset_minutes);

std::string FormatTimeOfDay(std::int64_t ms);    // "10:30:15.250"
std::string FormatOffset(std::int32_t minutes);  // "+01:00", "Z"
// "2014-04-02T10:30:15.250+01:00" of a moment, in the given offset.
std::string FormatMoment(std::int64_t utc_ms, std::int32_t offset_minutes);

// Each takes its part off the front of `text`; nullopt if it is not there.
std::optional<std::int64_t> TakeDay(std::string_view& text);  // 2014-04-02
// 10:30[:15[.250]], in ms; digits beyond the third are dropped.
std::optional<std::int64_t> TakeTimeOfDay(std::string_view& text);
std::optional<std::int32_t> TakeOffset(std::string_view& text);  // Z, +01:00

}  // namespace chasqui

#endif  // CHASQUI_SYNC_CIVIL_TIME_H_
