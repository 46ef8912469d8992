#include "sync/value.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"
#include "sync/utf8.h"

namespace chasqui {
namespace {

constexpr std::int64_t kOffsetMinutesMax = 18 * 60;
constexpr std::size_t kHashBytes = 32;
// Years 0000 to 9999, beyond which no notation we read or write goes.
constexpr std::int64_t kDayMin = -719'528;
constexpr std::int64_t kDayMax = 2'932'896;

absl::Status Malformed(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("value is no ", what));
}

absl::Status CheckEmpty(std::string_view payload) {
  return payload.empty() ? absl::OkStatus()
                         : Malformed("state: it carries bytes");
}

absl::Status CheckText(std::string_view payload) {
  if (payload.size() > kTextBytesMax) {
    return absl::InvalidArgumentError(StrCat(
        "text has ", payload.size(), " bytes; the limit is ", kTextBytesMax));
  }
  return IsUtf8(payload) ? absl::OkStatus() : Malformed("UTF-8 text");
}

absl::Status CheckInteger(std::string_view payload) {
  ByteReader in(payload);
  in.Zigzag();
  return in.done() ? absl::OkStatus() : Malformed("integer");
}

absl::Status CheckDecimal(std::string_view payload) {
  return IsCanonicalDecimal(payload) ? absl::OkStatus()
                                     : Malformed("canonical decimal");
}

absl::Status CheckDate(std::string_view payload) {
  ByteReader in(payload);
  const std::int64_t day = in.Zigzag();
  return in.done() && day >= kDayMin && day <= kDayMax ? absl::OkStatus()
                                                       : Malformed("date");
}

bool IsOffset(std::int64_t minutes) {
  return minutes >= -kOffsetMinutesMax && minutes <= kOffsetMinutesMax;
}

absl::Status CheckTime(std::string_view payload) {
  ByteReader in(payload);
  const std::uint64_t ms = in.Varint();
  const std::uint64_t zoned = in.Varint();
  const std::int64_t offset = zoned == 1 ? in.Zigzag() : 0;
  return in.done() && ms < kDayMs && zoned <= 1 && IsOffset(offset)
             ? absl::OkStatus()
             : Malformed("time of day");
}

absl::Status CheckDateTime(std::string_view payload) {
  ByteReader in(payload);
  const std::int64_t ms = in.Zigzag();
  const std::int64_t offset = in.Zigzag();
  // Both in UTC and as written there, or the text of it would not read back.
  const auto within = [](std::int64_t moment) {
    return moment >= kDayMin * kDayMs && moment < (kDayMax + 1) * kDayMs;
  };
  return in.done() && within(ms) && IsOffset(offset) &&
                 within(ms + offset * kMinuteMs)
             ? absl::OkStatus()
             : Malformed("date and time");
}

// lat lon [alt [accuracy]]
bool IsPoint(std::string_view text) {
  const std::vector<absl::string_view> parts =
      absl::StrSplit(absl::string_view(text.data(), text.size()), ' ');
  if (parts.size() < 2 || parts.size() > 4) return false;
  for (const absl::string_view part : parts) {
    if (!IsCanonicalDecimal({part.data(), part.size()})) return false;
  }
  const auto within = [&parts](std::size_t i, std::string_view limit) {
    std::string_view magnitude(parts[i].data(), parts[i].size());
    if (magnitude.starts_with('-')) magnitude.remove_prefix(1);
    return CompareDecimals(magnitude, limit) <= 0;
  };
  return within(0, "90") && within(1, "180") &&
         (parts.size() < 4 || !absl::StartsWith(parts[3], "-"));
}

absl::Status CheckShape(std::string_view payload, bool closed) {
  const std::vector<absl::string_view> points =
      absl::StrSplit(absl::string_view(payload.data(), payload.size()), ';');
  if (points.size() > kGeometryPointsMax) {
    return absl::InvalidArgumentError(StrCat("shape has ", points.size(),
                                             " points; the limit is ",
                                             kGeometryPointsMax));
  }
  for (const absl::string_view point : points) {
    if (!IsPoint({point.data(), point.size()})) return Malformed("shape");
  }
  if (closed ? points.size() < 4 || points.front() != points.back()
             : points.size() < 2) {
    return Malformed(closed ? "closed area of three points or more"
                            : "line of two points or more");
  }
  return absl::OkStatus();
}

absl::Status CheckChoice(std::string_view payload) {
  ByteReader in(payload);
  const std::uint32_t number = in.Varint32();
  return in.done() && number > 0 ? absl::OkStatus() : Malformed("choice");
}

absl::Status CheckAttachment(std::string_view payload) {
  ByteReader in(payload);
  in.Raw(kHashBytes);
  in.Varint();
  const std::string_view type = in.Raw(in.left());
  return in.ok() && !type.empty() && type.size() <= kMediaTypeCharsMax &&
                 IsUtf8(type)
             ? absl::OkStatus()
             : Malformed("attachment");
}

// Numbers of both kinds compare as numbers.
bool IsNumber(const Value& value) {
  return value.kind == ValueKind::kInteger || value.kind == ValueKind::kDecimal;
}

std::string DecimalOf(const Value& value) {
  return value.kind == ValueKind::kInteger ? StrCat(IntegerOf(value))
                                           : value.payload;
}

std::strong_ordering Order(std::int64_t a, std::int64_t b) { return a <=> b; }

std::int64_t TimeOfDayMs(const Value& value) {
  ByteReader in(value.payload);
  return static_cast<std::int64_t>(in.Varint());
}

}  // namespace

Value Value::Integer(std::int64_t value) {
  Value made{ValueKind::kInteger, {}};
  ByteWriter(made.payload).Zigzag(value);
  return made;
}

Value Value::Choice(std::uint32_t number) {
  Value made{ValueKind::kChoice, {}};
  ByteWriter(made.payload).Varint(number);
  return made;
}

absl::Status CheckValue(const Value& value) {
  switch (value.kind) {
    case ValueKind::kCleared:
    case ValueKind::kNotRelevant:
    case ValueKind::kAnswered:
    case ValueKind::kTicked:
    case ValueKind::kUnticked:
      return CheckEmpty(value.payload);
    case ValueKind::kText:
      return CheckText(value.payload);
    case ValueKind::kInteger:
      return CheckInteger(value.payload);
    case ValueKind::kDecimal:
      return CheckDecimal(value.payload);
    case ValueKind::kDate:
      return CheckDate(value.payload);
    case ValueKind::kTime:
      return CheckTime(value.payload);
    case ValueKind::kDateTime:
      return CheckDateTime(value.payload);
    case ValueKind::kPoint:
      return IsPoint(value.payload) ? absl::OkStatus() : Malformed("point");
    case ValueKind::kLine:
      return CheckShape(value.payload, /*closed=*/false);
    case ValueKind::kArea:
      return CheckShape(value.payload, /*closed=*/true);
    case ValueKind::kChoice:
      return CheckChoice(value.payload);
    case ValueKind::kAttachment:
      return CheckAttachment(value.payload);
    case ValueKind::kSealed:
      return value.payload.size() >= kSealedOverhead
                 ? absl::OkStatus()
                 : Malformed("sealed answer: it is cut short");
  }
  return absl::InvalidArgumentError(
      StrCat("value kind ", static_cast<int>(value.kind), " is not known"));
}

std::strong_ordering CompareValues(const Value& a, const Value& b) {
  if (a.IsAnswer() != b.IsAnswer()) return a.IsAnswer() <=> b.IsAnswer();
  if (IsNumber(a) && IsNumber(b)) {
    const int order = CompareDecimals(DecimalOf(a), DecimalOf(b));
    if (order != 0) return order <=> 0;
  }
  if (a.kind != b.kind) return a.kind <=> b.kind;
  if (a.kind == ValueKind::kDate) return Order(IntegerOf(a), IntegerOf(b));
  if (a.kind == ValueKind::kDateTime) {
    const auto order = DateTimeOf(a).utc_ms <=> DateTimeOf(b).utc_ms;
    if (order != 0) return order;
  }
  if (a.kind == ValueKind::kTime) {
    const auto order = TimeOfDayMs(a) <=> TimeOfDayMs(b);
    if (order != 0) return order;
  }
  return a.payload.compare(b.payload) <=> 0;
}

std::int64_t IntegerOf(const Value& value) {
  ByteReader in(value.payload);
  return in.Zigzag();
}

std::uint32_t ChoiceOf(const Value& value) {
  ByteReader in(value.payload);
  return in.Varint32();
}

DateTime DateTimeOf(const Value& value) {
  ByteReader in(value.payload);
  DateTime result;
  result.utc_ms = in.Zigzag();
  result.offset_minutes = static_cast<std::int32_t>(in.Zigzag());
  return result;
}

TimeOfDay TimeOf(const Value& value) {
  ByteReader in(value.payload);
  TimeOfDay result;
  result.ms = static_cast<std::int64_t>(in.Varint());
  if (in.Varint() == 1) {
    result.offset_minutes = static_cast<std::int32_t>(in.Zigzag());
  }
  return result;
}

AttachedFile AttachmentOf(const Value& value) {
  ByteReader in(value.payload);
  AttachedFile file;
  file.sha256 = in.Raw(32);
  file.size = in.Varint();
  file.media_type = in.Raw(in.left());
  return file;
}

}  // namespace chasqui
