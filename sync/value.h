// What a field can hold.

#ifndef CHASQUI_SYNC_VALUE_H_
#define CHASQUI_SYNC_VALUE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui {

// Numbers reach disk and wire: never change one, never use one again.
//
// A field that nobody wrote has no value at all (absent). Cleared and not
// relevant are values: somebody emptied the answer, or the form did.
enum class ValueKind : std::uint8_t {
  kCleared = 1,
  kNotRelevant = 2,
  // A select-multiple as a whole, and the existence of a row or record.
  kAnswered = 3,
  // One choice of a select-multiple.
  kTicked = 4,
  kUnticked = 5,

  kText = 16,      // UTF-8, the bytes as sent
  kInteger = 17,   // zigzag varint of an int64
  kDecimal = 18,   // canonical text: no exponent, no trailing zero, no "-0"
  kDate = 19,      // zigzag varint: days since 1970-01-01
  kTime = 20,      // varint: ms of the day; then 0, or 1 and zigzag offset min
  kDateTime = 21,  // zigzag varint: ms since 1970 UTC; zigzag varint offset min
  kPoint = 22,     // "lat lon[ alt[ accuracy]]", each a canonical decimal
  kLine = 23,      // points, separated by ';'
  kArea = 24,      // points, separated by ';', the last equal to the first
  kChoice = 25,    // varint: the choice's number in the survey
  kAttachment = 26,  // 32 bytes SHA-256, varint size in bytes, media type
  // A personal answer, as everybody but who may read it has it: see
  // personal/record_key.h. No device sends one.
  kSealed = 27,
};

// One typed value. Two values are equal if and only if their kind and bytes
// are: every payload has exactly one spelling (the text forms are made
// canonical when they are read, see value_text.h).
struct Value {
  ValueKind kind = ValueKind::kCleared;
  std::string payload;

  static Value Cleared() { return {ValueKind::kCleared, {}}; }
  static Value NotRelevant() { return {ValueKind::kNotRelevant, {}}; }
  static Value Answered() { return {ValueKind::kAnswered, {}}; }
  static Value Ticked(bool ticked) {
    return {ticked ? ValueKind::kTicked : ValueKind::kUnticked, {}};
  }
  static Value Text(std::string_view utf8) {
    return {ValueKind::kText, std::string(utf8)};
  }
  static Value Integer(std::int64_t value);
  static Value Choice(std::uint32_t number);

  // Whether it answers the question: neither cleared nor not relevant.
  bool IsAnswer() const { return kind > ValueKind::kNotRelevant; }

  friend bool operator==(const Value&, const Value&) = default;
};

// Limits on one value, enforced by CheckValue and at every edge.
inline constexpr std::size_t kTextBytesMax = std::size_t{128} << 10;
inline constexpr std::size_t kDecimalCharsMax = 64;
inline constexpr std::size_t kGeometryPointsMax = 4096;
inline constexpr std::size_t kMediaTypeCharsMax = 127;
// What sealing adds to a payload: a tag, and the kind that it hides.
inline constexpr std::size_t kSealedTagBytes = 16;
inline constexpr std::size_t kSealedOverhead = kSealedTagBytes + 1;

// OK if `value`'s payload is a well-formed, canonical payload of its kind,
// within the limits. InvalidArgument says what is wrong and the limit.
absl::Status CheckValue(const Value& value);

// Total order by value, for the policies `max` and `min`: anything but an
// answer is below every answer; numbers, dates and times by magnitude;
// everything else by bytes. Values of different kinds are ordered by kind,
// but integers and decimals compare as numbers.
//
// REQUIRES: CheckValue() of both is OK.
std::strong_ordering CompareValues(const Value& a, const Value& b);

// Payload readers. REQUIRES: the value has that kind and passed CheckValue.
std::int64_t IntegerOf(const Value& value);  // kInteger, kDate
std::uint32_t ChoiceOf(const Value& value);  // kChoice
struct DateTime {
  std::int64_t utc_ms = 0;
  std::int32_t offset_minutes = 0;
};
DateTime DateTimeOf(const Value& value);  // kDateTime
struct TimeOfDay {
  std::int64_t ms = 0;
  std::optional<std::int32_t> offset_minutes;
};
TimeOfDay TimeOf(const Value& value);  // kTime
struct AttachedFile {
  std::string_view sha256;  // 32 bytes; good for as long as the value
  std::uint64_t size = 0;   // bytes
  std::string_view media_type;
};
AttachedFile AttachmentOf(const Value& value);  // kAttachment

}  // namespace chasqui

#endif  // CHASQUI_SYNC_VALUE_H_
