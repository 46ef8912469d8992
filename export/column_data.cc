#include "export/column_data.h"

#include <algorithm>

#include "sync/base/check.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kEndBytes = sizeof(std::uint32_t);

template <typename T>
void AppendAll(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

// Ends count on from where those before them stopped.
void AppendEnds(const std::vector<std::uint32_t>& from, std::size_t base,
                std::vector<std::uint32_t>& to) {
  const std::size_t before = to.size();
  to.resize(before + from.size());
  for (std::size_t i = 0; i < from.size(); ++i) {
    to[before + i] = static_cast<std::uint32_t>(base + from[i]);
  }
}

// Whether the ends never fall and reach `total` with the last; what is not
// valid, where they are of rows, has nothing.
bool AreEnds(const std::vector<std::uint32_t>& ends, std::size_t total,
             const std::vector<std::uint8_t>* valid) {
  std::uint32_t before = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    if (ends[i] < before) return false;
    if (valid != nullptr && (*valid)[i] == 0 && ends[i] != before) return false;
    before = ends[i];
  }
  return before == total;
}

// Where nothing is valid there is `nothing`.
template <typename T>
bool AreBlank(const std::vector<T>& values, T nothing,
              const std::vector<std::uint8_t>& valid) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (valid[i] == 0 && values[i] != nothing) return false;
  }
  return true;
}

}  // namespace

std::string_view ToText(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
      return "text";
    case ColumnType::kInteger:
      return "integer";
    case ColumnType::kDecimal:
      return "decimal";
    case ColumnType::kDate:
      return "date";
    case ColumnType::kTime:
      return "time";
    case ColumnType::kDateTime:
      return "date-time";
    case ColumnType::kPoint:
      return "point";
    case ColumnType::kLine:
      return "line";
    case ColumnType::kArea:
      return "area";
    case ColumnType::kChoice:
      return "choice";
    case ColumnType::kChoices:
      return "choices";
    case ColumnType::kAttachment:
      return "attachment";
    case ColumnType::kBoolean:
      return "boolean";
  }
  return "unknown";
}

Filled FilledBy(ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
    case ColumnType::kDate:
    case ColumnType::kBoolean:
      return {.numbers = true};
    case ColumnType::kTime:
    case ColumnType::kDateTime:
      return {.numbers = true, .offsets = true};
    case ColumnType::kChoices:
      return {.texts = true, .lists = true};
    case ColumnType::kText:
    case ColumnType::kDecimal:
    case ColumnType::kPoint:
    case ColumnType::kLine:
    case ColumnType::kArea:
    case ColumnType::kChoice:
    case ColumnType::kAttachment:
      return {.texts = true};
  }
  return {};
}

void SetNoValues(ColumnType type, std::size_t rows, ColumnData& column) {
  const Filled filled = FilledBy(type);
  column.valid.assign(rows, 0);
  column.numbers.assign(filled.numbers ? rows : 0, 0);
  column.offsets.assign(filled.offsets ? rows : 0, kNoOffset);
  column.bytes.clear();
  column.ends.assign(filled.a_text_a_row() ? rows : 0, 0);
  column.lists.assign(filled.lists ? rows : 0, 0);
}

bool HoldsInvariant(const ColumnData& column, const Filled& filled) {
  const std::size_t rows = column.valid.size();
  const auto sized = [rows](bool fills, std::size_t size) {
    return size == (fills ? rows : 0);
  };
  if (!std::all_of(column.valid.begin(), column.valid.end(),
                   [](std::uint8_t valid) { return valid <= 1; }) ||
      !sized(filled.numbers, column.numbers.size()) ||
      !sized(filled.offsets, column.offsets.size()) ||
      !sized(filled.lists, column.lists.size()) ||
      (!filled.lists && !sized(filled.texts, column.ends.size()))) {
    return false;
  }
  if (column.bytes.size() > kColumnBytesMax ||
      column.ends.size() > kColumnBytesMax) {
    return false;
  }
  return AreBlank<std::int64_t>(column.numbers, 0, column.valid) &&
         AreBlank(column.offsets, kNoOffset, column.valid) &&
         AreEnds(column.lists, filled.lists ? column.ends.size() : 0,
                 &column.valid) &&
         AreEnds(column.ends, column.bytes.size(),
                 filled.lists ? nullptr : &column.valid);
}

std::size_t RowBytes(const Filled& filled) {
  std::size_t bytes = sizeof(std::uint8_t);
  if (filled.numbers) bytes += sizeof(std::int64_t);
  if (filled.offsets) bytes += sizeof(std::int32_t);
  if (filled.texts) bytes += kEndBytes;  // of its text, or of its list
  return bytes;
}

std::size_t TextBytes(const ColumnData& column, const Filled& filled) {
  return column.bytes.size() +
         (filled.lists ? column.ends.size() * kEndBytes : 0);
}

void AppendNothing(std::size_t count, const Filled& filled,
                   ColumnData& column) {
  for (std::size_t i = 0; i < count; ++i) {
    if (filled.numbers) column.numbers.push_back(0);
    if (filled.offsets) column.offsets.push_back(kNoOffset);
    if (filled.lists) {
      EndList(column);
    } else if (filled.texts) {
      AppendText({}, column);
    }
  }
}

void EndList(ColumnData& column) {
  column.lists.push_back(static_cast<std::uint32_t>(column.ends.size()));
}

void AppendColumn(const ColumnData& from, ColumnData& to) {
  CHECK(from.bytes.size() <= kColumnBytesMax - to.bytes.size());
  CHECK(from.ends.size() <= kColumnBytesMax - to.ends.size());
  AppendAll(from.valid, to.valid);
  AppendAll(from.numbers, to.numbers);
  AppendAll(from.offsets, to.offsets);
  AppendEnds(from.lists, to.ends.size(), to.lists);
  AppendEnds(from.ends, to.bytes.size(), to.ends);
  to.bytes += from.bytes;
}

}  // namespace chasqui::exporting
