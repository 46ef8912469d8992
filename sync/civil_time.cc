// Dates and days: Howard Hinnant, "chrono-Compatible Low-Level Date
// Algorithms": years begin on 1 March, eras have 400 of them.

#include "sync/civil_time.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_format.h"

namespace chasqui {
namespace {

constexpr std::int64_t kEraDays = 146'097;
constexpr std::int64_t kEpochShift = 719'468;  // 0000-03-01 to 1970-01-01

struct Date {
  std::int64_t year = 0;
  int month = 0;
  int day = 0;
};

Date DateOfDay(std::int64_t day) {
  const std::int64_t shifted = day + kEpochShift;
  const std::int64_t era =
      (shifted >= 0 ? shifted : shifted - (kEraDays - 1)) / kEraDays;
  const std::int64_t of_era = shifted - era * kEraDays;
  const std::int64_t year_of_era =
      (of_era - of_era / 1'460 + of_era / 36'524 - of_era / 146'096) / 365;
  const std::int64_t of_year =
      of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t from_march = (5 * of_year + 2) / 153;
  Date date;
  date.day = static_cast<int>(of_year - (153 * from_march + 2) / 5 + 1);
  date.month =
      static_cast<int>(from_march < 10 ? from_march + 3 : from_march - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

// Exactly `count` digits off the front.
std::optional<int> TakeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int number = 0;
  for (const char c : text.substr(0, count)) {
    if (!absl::ascii_isdigit(static_cast<unsigned char>(c))) {
      return std::nullopt;
    }
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return number;
}

bool Take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

// Digits of a fraction of a second, as milliseconds.
std::optional<std::int64_t> TakeFraction(std::string_view& text) {
  std::int64_t ms = 0;
  std::size_t digits = 0;
  while (!text.empty() &&
         absl::ascii_isdigit(static_cast<unsigned char>(text.front()))) {
    if (digits < 3) ms = ms * 10 + (text.front() - '0');
    ++digits;
    text.remove_prefix(1);
  }
  if (digits == 0) return std::nullopt;
  for (; digits < 3; ++digits) ms *= 10;
  return ms;
}

}  // namespace

std::int64_t DayOfDate(std::int64_t year, int month, int day) {
  year -= month <= 2 ? 1 : 0;
  const std::int64_t era = (year >= 0 ? year : year - 399) / 400;
  const std::int64_t year_of_era = year - era * 400;
  const std::int64_t of_year =
      (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
  const std::int64_t of_era =
      year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
  return era * kEraDays + of_era - kEpochShift;
}

std::string FormatDay(std::int64_t day) {
  const Date date = DateOfDay(day);
  return absl::StrFormat("%04d-%02d-%02d", date.year, date.month, date.day);
}

std::int64_t DayOf(std::int64_t utc_ms, std::int32_t offset_minutes) {
  const std::int64_t local = utc_ms + offset_minutes * kMinuteMs;
  return local >= 0 ? local / kDayMs : (local - kDayMs + 1) / kDayMs;
}

std::string FormatTimeOfDay(std::int64_t ms) {
  return absl::StrFormat("%02d:%02d:%02d.%03d", ms / 3'600'000,
                         ms / kMinuteMs % 60, ms / 1'000 % 60, ms % 1'000);
}

std::string FormatOffset(std::int32_t minutes) {
  if (minutes == 0) return "Z";
  const std::int32_t size = minutes < 0 ? -minutes : minutes;
  return absl::StrFormat("%c%02d:%02d", minutes < 0 ? '-' : '+', size / 60,
                         size % 60);
}

std::string FormatMoment(std::int64_t utc_ms, std::int32_t offset_minutes) {
  const std::int64_t day = DayOf(utc_ms, offset_minutes);
  const std::int64_t local = utc_ms + offset_minutes * kMinuteMs;
  return FormatDay(day) + "T" + FormatTimeOfDay(local - day * kDayMs) +
         FormatOffset(offset_minutes);
}

std::optional<std::int64_t> TakeDay(std::string_view& text) {
  const auto year = TakeDigits(text, 4);
  if (!year.has_value() || !Take(text, '-')) return std::nullopt;
  const auto month = TakeDigits(text, 2);
  if (!month.has_value() || !Take(text, '-')) return std::nullopt;
  const auto day = TakeDigits(text, 2);
  if (!day.has_value() || *month < 1 || *month > 12) return std::nullopt;
  const std::int64_t number = DayOfDate(*year, *month, *day);
  // The 30th of February would come back as another date.
  const Date date = DateOfDay(number);
  if (date.month != *month || date.day != *day) return std::nullopt;
  return number;
}

std::optional<std::int64_t> TakeTimeOfDay(std::string_view& text) {
  const auto hour = TakeDigits(text, 2);
  if (!hour.has_value() || *hour > 23 || !Take(text, ':')) return std::nullopt;
  const auto minute = TakeDigits(text, 2);
  if (!minute.has_value() || *minute > 59) return std::nullopt;
  std::int64_t ms = *hour * 3'600'000LL + *minute * kMinuteMs;
  if (!Take(text, ':')) return ms;
  const auto second = TakeDigits(text, 2);
  if (!second.has_value() || *second > 59) return std::nullopt;
  ms += *second * 1'000;
  if (!Take(text, '.')) return ms;
  const auto fraction = TakeFraction(text);
  if (!fraction.has_value()) return std::nullopt;
  return ms + *fraction;
}

std::optional<std::int32_t> TakeOffset(std::string_view& text) {
  if (Take(text, 'Z')) return 0;
  const bool negative = text.starts_with('-');
  if (!Take(text, '+') && !Take(text, '-')) return std::nullopt;
  const auto hours = TakeDigits(text, 2);
  Take(text, ':');
  const auto minutes = TakeDigits(text, 2);
  if (!hours.has_value() || !minutes.has_value() || *minutes > 59) {
    return std::nullopt;
  }
  const std::int32_t offset = *hours * 60 + *minutes;
  return negative ? -offset : offset;
}

}  // namespace chasqui
