// The names things have: records, rows, changes, logs, and places in them.

#ifndef CHASQUI_SYNC_IDS_H_
#define CHASQUI_SYNC_IDS_H_

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace chasqui {

// Sixteen bytes that name one kind of thing. `Tag` keeps the kinds apart.
// Ordered and hashed by its bytes. All zero means "none".
template <typename Tag>
struct Name16 {
  static constexpr std::size_t kSize = 16;
  std::array<std::uint8_t, kSize> bytes{};

  bool empty() const { return *this == Name16{}; }
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), kSize};
  }
  // Nullopt unless `raw` is sixteen bytes long.
  static std::optional<Name16> FromBytes(std::string_view raw) {
    if (raw.size() != kSize) return std::nullopt;
    Name16 name;
    for (std::size_t i = 0; i < kSize; ++i) {
      name.bytes[i] = static_cast<std::uint8_t>(raw[i]);
    }
    return name;
  }

  friend auto operator<=>(const Name16&, const Name16&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Name16& name) {
    return H::combine(std::move(h), name.bytes);
  }
};

// One filled form. A UUID made by whoever creates the record.
using RecordId = Name16<struct RecordTag>;
// One row of a repeat, at any depth. None (all zero) addresses the record
// itself, outside every repeat.
using RowId = Name16<struct RowTag>;
// h(n) of rules 3: what a device's chain of changes comes to after change n.
using ChainHash = Name16<struct ChainTag>;
// Of all that a device keeps of a record (sync/digest.h).
using ContentHash = Name16<struct ContentTag>;

// Lower-case 8-4-4-4-12 notation.
std::string FormatUuid(std::string_view sixteen_bytes);
// Accepts the same notation in either case, with or without "uuid:" before
// it. Nullopt for anything else.
std::optional<std::array<std::uint8_t, 16>> ParseUuid(std::string_view text);

inline std::string ToText(const RecordId& id) { return FormatUuid(id.view()); }
inline std::string ToText(const RowId& id) { return FormatUuid(id.view()); }

// A place in a survey's log. The first entry has seq 1 and each later one the
// next integer; 0 is before them all.
using Seq = std::uint64_t;

// The random name a log gets whenever a server opens it for writing. A seq
// without a log name says nothing: a restored server gives the same seqs
// again to other changes.
enum class LogName : std::uint64_t { kNone = 0 };

// Sixteen lower-case hexadecimal digits.
std::string ToText(LogName name);
std::optional<LogName> ParseLogName(std::string_view text);

// A seq together with the history it belongs to. {kNone, 0} is the position
// before everything, in any log.
struct Position {
  LogName log = LogName::kNone;
  Seq seq = 0;

  friend auto operator<=>(const Position&, const Position&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Position& p) {
    return H::combine(std::move(h), p.log, p.seq);
  }
};

// "LOG:SEQ", as the command line takes and prints it.
std::string ToText(const Position& position);
std::optional<Position> ParsePosition(std::string_view text);

// Where a field is: the row (none: outside repeats), the field's number in
// the survey, and for a select-multiple the number of one of its choices (0:
// the field itself, which then only says answered, cleared or not relevant).
//
// Field 0 is the existence of the row or record itself: written by whatever
// adds or restores it.
struct FieldAddress {
  RowId row;
  std::uint32_t field = 0;
  std::uint32_t choice = 0;

  friend auto operator<=>(const FieldAddress&, const FieldAddress&) = default;
};

// System fields. Numbers 1 to 31 are theirs; a form's fields begin at 32.
inline constexpr std::uint32_t kExistenceField = 0;
inline constexpr std::uint32_t kStatusField = 1;
inline constexpr std::uint32_t kAreaField = 2;
inline constexpr std::uint32_t kAssigneeField = 3;
inline constexpr std::uint32_t kFirstFormField = 32;

}  // namespace chasqui

#endif  // CHASQUI_SYNC_IDS_H_
