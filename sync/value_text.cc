#include "sync/value_text.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"

namespace chasqui {
namespace {

absl::Status Not(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("not ", what));
}

absl::StatusOr<Value> Checked(Value value) {
  RETURN_IF_ERROR(CheckValue(value));
  return value;
}

absl::StatusOr<Value> ParseInteger(std::string_view text) {
  const std::optional<std::string> decimal = CanonicalDecimal(text);
  std::int64_t number = 0;
  if (!decimal.has_value() || !absl::SimpleAtoi(*decimal, &number)) {
    return Not("an integer of at most 64 bits");
  }
  return Value::Integer(number);
}

absl::StatusOr<Value> ParseDecimal(std::string_view text) {
  std::optional<std::string> decimal = CanonicalDecimal(text);
  if (!decimal.has_value()) {
    return Not(
        StrCat("a decimal of at most ", kDecimalCharsMax, " characters"));
  }
  return Value{ValueKind::kDecimal, *std::move(decimal)};
}

absl::StatusOr<Value> ParseDate(std::string_view text) {
  const std::optional<std::int64_t> day = TakeDay(text);
  if (!day.has_value() || !text.empty()) return Not("a date like 2014-04-02");
  Value value{ValueKind::kDate, {}};
  ByteWriter(value.payload).Zigzag(*day);
  return Checked(std::move(value));
}

absl::StatusOr<Value> ParseTime(std::string_view text) {
  const std::optional<std::int64_t> ms = TakeTimeOfDay(text);
  const bool zoned = !text.empty();
  const std::optional<std::int32_t> offset =
      zoned ? TakeOffset(text) : std::optional<std::int32_t>(0);
  if (!ms.has_value() || !offset.has_value() || !text.empty()) {
    return Not("a time like 10:30:15 or 10:30:15.250+01:00");
  }
  Value value{ValueKind::kTime, {}};
  ByteWriter out(value.payload);
  out.Varint(static_cast<std::uint64_t>(*ms));
  out.Varint(zoned ? 1 : 0);
  if (zoned) out.Zigzag(*offset);
  return Checked(std::move(value));
}

absl::StatusOr<Value> ParseDateTime(std::string_view text) {
  const absl::Status refused =
      Not("a date and time like 2014-04-02T10:30:15+01:00");
  const std::optional<std::int64_t> day = TakeDay(text);
  if (!day.has_value() || text.empty() || text.front() != 'T') return refused;
  text.remove_prefix(1);
  const std::optional<std::int64_t> ms = TakeTimeOfDay(text);
  const std::optional<std::int32_t> offset = TakeOffset(text);
  if (!ms.has_value() || !offset.has_value() || !text.empty()) return refused;
  Value value{ValueKind::kDateTime, {}};
  ByteWriter out(value.payload);
  out.Zigzag(*day * kDayMs + *ms - *offset * kMinuteMs);
  out.Zigzag(*offset);
  return Checked(std::move(value));
}

// "lat lon[ alt[ accuracy]]" in the one spelling.
absl::StatusOr<std::string> CanonicalPoint(std::string_view text) {
  std::string point;
  for (const absl::string_view part :
       absl::StrSplit(AbslView(text), ' ', absl::SkipEmpty())) {
    const std::optional<std::string> number = CanonicalDecimal(StdView(part));
    if (!number.has_value()) return Not("a point like 5.12 7.39 83.4 5");
    if (!point.empty()) point.push_back(' ');
    point += *number;
  }
  return point;
}

absl::StatusOr<Value> ParseShape(FieldType type, std::string_view text) {
  std::vector<std::string> points;
  for (const absl::string_view part :
       absl::StrSplit(AbslView(text), ';', absl::SkipWhitespace())) {
    ASSIGN_OR_RETURN(std::string point, CanonicalPoint(StdView(part)));
    points.push_back(std::move(point));
  }
  const bool area = type == FieldType::kArea;
  if (area && points.size() >= 3 && points.front() != points.back()) {
    points.push_back(points.front());
  }
  Value value{area ? ValueKind::kArea : ValueKind::kLine, {}};
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (i > 0) value.payload.push_back(';');
    value.payload += points[i];
  }
  return Checked(std::move(value));
}

absl::StatusOr<Value> ParseAttachment(std::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(AbslView(text), absl::MaxSplits(':', 2));
  std::uint64_t size = 0;
  if (parts.size() != 3 || parts[0].size() != 64 ||
      !std::all_of(parts[0].begin(), parts[0].end(),
                   [](unsigned char c) { return absl::ascii_isxdigit(c); }) ||
      !absl::SimpleAtoi(parts[1], &size)) {
    return Not("an attachment like sha256hex:size:media/type");
  }
  Value value{ValueKind::kAttachment, {}};
  ByteWriter out(value.payload);
  out.Raw(absl::HexStringToBytes(parts[0]));
  out.Varint(size);
  out.Raw(StdView(parts[2]));
  return Checked(std::move(value));
}

std::string FormatTime(const Value& value) {
  const TimeOfDay time = TimeOf(value);
  std::string text = FormatTimeOfDay(time.ms);
  if (time.offset_minutes.has_value()) {
    text += FormatOffset(*time.offset_minutes);
  }
  return text;
}

std::string FormatAttachment(const Value& value) {
  const AttachedFile file = AttachmentOf(value);
  return StrCat(absl::BytesToHexString(AbslView(file.sha256)), ":", file.size,
                ":", file.media_type);
}

}  // namespace

absl::StatusOr<Value> ParseValue(FieldType type, std::string_view text,
                                 ChoiceNumbers choices) {
  switch (type) {
    case FieldType::kText:
      return Checked(Value::Text(text));
    case FieldType::kInteger:
      return ParseInteger(text);
    case FieldType::kDecimal:
      return ParseDecimal(text);
    case FieldType::kDate:
      return ParseDate(text);
    case FieldType::kTime:
      return ParseTime(text);
    case FieldType::kDateTime:
      return ParseDateTime(text);
    case FieldType::kPoint: {
      ASSIGN_OR_RETURN(std::string point, CanonicalPoint(text));
      return Checked({ValueKind::kPoint, std::move(point)});
    }
    case FieldType::kLine:
    case FieldType::kArea:
      return ParseShape(type, text);
    case FieldType::kChoice: {
      const std::optional<std::uint32_t> number = choices(text);
      if (!number.has_value()) return Not("one of the field's choices");
      return Value::Choice(*number);
    }
    case FieldType::kChoices:
      return absl::InvalidArgumentError(
          "a select-multiple is read choice by choice");
    case FieldType::kAttachment:
      return ParseAttachment(text);
  }
  return Not("of a type known here");
}

absl::StatusOr<std::vector<std::uint32_t>> ParseChoices(std::string_view text,
                                                        ChoiceNumbers choices) {
  std::vector<std::uint32_t> numbers;
  for (const absl::string_view code : absl::StrSplit(
           AbslView(text), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty())) {
    const std::optional<std::uint32_t> number = choices(StdView(code));
    if (!number.has_value()) return Not("all among the field's choices");
    numbers.push_back(*number);
  }
  std::sort(numbers.begin(), numbers.end());
  numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
  return numbers;
}

std::string FormatValue(const Value& value, ChoiceCodes choices) {
  switch (value.kind) {
    case ValueKind::kCleared:
    case ValueKind::kNotRelevant:
      return {};
    case ValueKind::kAnswered:
    case ValueKind::kTicked:
      return "true";
    case ValueKind::kUnticked:
      return "false";
    case ValueKind::kText:
    case ValueKind::kDecimal:
    case ValueKind::kPoint:
    case ValueKind::kLine:
    case ValueKind::kArea:
      return value.payload;
    case ValueKind::kInteger:
      return StrCat(IntegerOf(value));
    case ValueKind::kDate:
      return FormatDay(IntegerOf(value));
    case ValueKind::kTime:
      return FormatTime(value);
    case ValueKind::kDateTime: {
      const DateTime moment = DateTimeOf(value);
      return FormatMoment(moment.utc_ms, moment.offset_minutes);
    }
    case ValueKind::kChoice: {
      const std::string* const code = choices(ChoiceOf(value));
      return code != nullptr ? *code : StrCat("#", ChoiceOf(value));
    }
    case ValueKind::kSealed:
      return {};
    case ValueKind::kAttachment:
      return FormatAttachment(value);
  }
  return {};
}

}  // namespace chasqui
