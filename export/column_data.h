// The cells of one column, of one type, as they lie in memory.

#ifndef CHASQUI_EXPORT_COLUMN_DATA_H_
#define CHASQUI_EXPORT_COLUMN_DATA_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sync/base/check.h"

namespace chasqui::exporting {

// What a column holds. Formats make of it what they have: a point is four
// numbers everywhere and a geometry besides in Parquet, a list of choices is a
// list where there are lists and a column per choice where there are none.
// Numbers reach the wire and manifests: never change one.
enum class ColumnType : std::uint8_t {
  kText = 1,      // UTF-8
  kInteger = 2,   // int64
  kDecimal = 3,   // canonical text, sync/decimal.h
  kDate = 4,      // days since 1970-01-01
  kTime = 5,      // ms of the day, and perhaps an offset
  kDateTime = 6,  // ms since 1970 in UTC, and an offset
  kPoint = 7,     // text: "lat lon[ alt[ accuracy]]"
  kLine = 8,      // text: points, separated by ';'
  kArea = 9,      // text: points, the last equal to the first
  kChoice = 10,   // text: a code
  kChoices = 11,  // any number of codes, in the order of the column's choices
  kAttachment = 12,  // text: "sha256hex:size:media/type"
  kBoolean = 13,
};
// "text", "integer", … as manifests have them.
std::string_view ToText(ColumnType type);

inline constexpr std::int32_t kNoOffset = INT32_MIN;

// Of one column of one batch: what every library of columns can count.
inline constexpr std::size_t kColumnBytesMax = INT32_MAX;

// INVARIANT: `valid` is as long as the column has rows, and so is what its type
// fills: `numbers` for integers, dates, times, date-times and booleans;
// `offsets` besides, in minutes, for times and date-times; `ends` for what is
// text; `lists` for kChoices, whose items are then in `ends`. What the type
// does not fill is empty. What is not valid has 0, kNoOffset, or nothing
// between its end and the one before. `bytes` has at most kColumnBytesMax, and
// `ends` as many.
struct ColumnData {
  std::vector<std::uint8_t> valid;  // 1 or 0
  std::vector<std::int64_t> numbers;
  std::vector<std::int32_t> offsets;
  std::string bytes;
  std::vector<std::uint32_t> ends;   // of each text, in bytes
  std::vector<std::uint32_t> lists;  // of each list, in ends

  // Text i: row i's, or item i of all lists. REQUIRES: i < ends.size().
  std::string_view TextAt(std::size_t i) const {
    const std::uint32_t begin = i == 0 ? 0 : ends[i - 1];
    return std::string_view(bytes).substr(begin, ends[i] - begin);
  }
  // Where row i's items begin; they end where those of row i + 1 begin.
  // REQUIRES: i <= lists.size().
  std::size_t ListBegin(std::size_t i) const {
    return i == 0 ? 0 : lists[i - 1];
  }

  friend bool operator==(const ColumnData&, const ColumnData&) = default;
};

// Which of a column's vectors its type fills, beside `valid`.
struct Filled {
  bool numbers = false;
  bool offsets = false;
  bool texts = false;  // bytes and ends
  bool lists = false;

  bool a_text_a_row() const { return texts && !lists; }
};
Filled FilledBy(ColumnType type);

// Makes it a column of so many rows without a value.
void SetNoValues(ColumnType type, std::size_t rows, ColumnData& column);

// Whether the column, of a type that fills so much, holds its invariant.
bool HoldsInvariant(const ColumnData& column, const Filled& filled);

// What a row takes in such a column, in bytes, but for texts and for the items
// of lists; and what those take.
std::size_t RowBytes(const Filled& filled);
std::size_t TextBytes(const ColumnData& column, const Filled& filled);

// What follows adds cells but for `valid`. REQUIRES: it stays within what a
// column may have.

inline void AppendText(std::string_view text, ColumnData& column) {
  CHECK(text.size() <= kColumnBytesMax - column.bytes.size());
  CHECK(column.ends.size() < kColumnBytesMax);
  column.bytes.append(text);
  column.ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
}
// So many cells that are not valid.
void AppendNothing(std::size_t count, const Filled& filled, ColumnData& column);
// The list of the texts since the list before.
void EndList(ColumnData& column);
// The other's cells, and their `valid`.
void AppendColumn(const ColumnData& from, ColumnData& to);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_COLUMN_DATA_H_
