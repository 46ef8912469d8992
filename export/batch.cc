#include "export/batch.h"

#include <algorithm>
#include <utility>

#include "sync/base/check.h"

namespace chasqui::exporting {
namespace {

// Which of a column's vectors its type fills.
struct Filled {
  bool numbers = false;
  bool offsets = false;
  bool texts = false;
  bool lists = false;
};

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

bool IsText(ColumnType type) {
  const Filled filled = FilledBy(type);
  return filled.texts && !filled.lists;
}

// Of one item of each of a column's vectors.
constexpr std::size_t kValidBytes = sizeof(std::uint8_t);
constexpr std::size_t kNumberBytes = sizeof(std::int64_t);
constexpr std::size_t kOffsetBytes = sizeof(std::int32_t);
constexpr std::size_t kEndBytes = sizeof(std::uint32_t);

// Returns by how many bytes the column has grown.
std::size_t AppendText(std::string_view text, ColumnData& column) {
  CHECK(text.size() <= kColumnBytesMax - column.bytes.size());
  CHECK(column.ends.size() < kColumnBytesMax);
  column.bytes.append(text);
  column.ends.push_back(static_cast<std::uint32_t>(column.bytes.size()));
  return text.size() + kEndBytes;
}

template <typename T>
void AppendAll(const std::vector<T>& from, std::vector<T>& to) {
  to.insert(to.end(), from.begin(), from.end());
}

// Ends count on from where those before them stopped.
void AppendEnds(const std::vector<std::uint32_t>& from, std::size_t base,
                std::vector<std::uint32_t>& to) {
  for (const std::uint32_t end : from) {
    to.push_back(static_cast<std::uint32_t>(base + end));
  }
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

bool HoldsInvariant(const ColumnData& column, ColumnType type) {
  const std::size_t rows = column.valid.size();
  const Filled filled = FilledBy(type);
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

std::size_t ColumnData::size_in_bytes() const {
  return valid.size() * kValidBytes + numbers.size() * kNumberBytes +
         offsets.size() * kOffsetBytes + bytes.size() +
         (ends.size() + lists.size()) * kEndBytes;
}

void SetNoValues(ColumnType type, std::size_t rows, ColumnData& column) {
  const Filled filled = FilledBy(type);
  column.valid.assign(rows, 0);
  column.numbers.assign(filled.numbers ? rows : 0, 0);
  column.offsets.assign(filled.offsets ? rows : 0, kNoOffset);
  column.bytes.clear();
  column.ends.assign(filled.texts && !filled.lists ? rows : 0, 0);
  column.lists.assign(filled.lists ? rows : 0, 0);
}

Batch::Batch(const TableSchema& schema)
    : schema_(&schema), columns_(schema.columns.size()) {}

ColumnData& Batch::NextColumn(bool valid) {
  ColumnData& column = columns_[next_];
  column.valid.push_back(valid ? 1 : 0);
  bytes_ += kValidBytes;
  if (++next_ == columns_.size()) {
    next_ = 0;
    ++rows_;
  }
  return column;
}

void Batch::AddNull() {
  const Filled filled = FilledBy(next_type());
  ColumnData& column = NextColumn(false);
  if (filled.numbers) {
    column.numbers.push_back(0);
    bytes_ += kNumberBytes;
  }
  if (filled.offsets) {
    column.offsets.push_back(kNoOffset);
    bytes_ += kOffsetBytes;
  }
  if (filled.lists) {
    EndList(column);
  } else if (filled.texts) {
    bytes_ += AppendText({}, column);
  }
}

void Batch::AddText(std::string_view text) {
  CHECK(IsText(next_type()));
  bytes_ += AppendText(text, NextColumn(true));
}

void Batch::AddNumber(std::int64_t number) {
  const Filled filled = FilledBy(next_type());
  CHECK(filled.numbers);
  CHECK(!filled.offsets);
  NextColumn(true).numbers.push_back(number);
  bytes_ += kNumberBytes;
}

void Batch::AddMoment(std::int64_t number, std::int32_t offset_minutes) {
  CHECK(FilledBy(next_type()).offsets);
  ColumnData& column = NextColumn(true);
  column.numbers.push_back(number);
  column.offsets.push_back(offset_minutes);
  bytes_ += kNumberBytes + kOffsetBytes;
}

void Batch::AddList(const std::vector<std::string_view>& codes) {
  CHECK(FilledBy(next_type()).lists);
  ColumnData& column = NextColumn(true);
  for (const std::string_view code : codes) {
    bytes_ += AppendText(code, column);
  }
  EndList(column);
}

void Batch::EndList(ColumnData& column) {
  column.lists.push_back(static_cast<std::uint32_t>(column.ends.size()));
  bytes_ += kEndBytes;
}

void Batch::Append(const Batch& other) {
  CHECK(next_ == 0);
  CHECK(other.next_ == 0);
  CHECK(columns_.size() == other.columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    AppendColumn(other.columns_[i], columns_[i]);
  }
  rows_ += other.rows_;
  bytes_ += other.bytes_;
}

bool Batch::Set(std::vector<ColumnData> columns) {
  if (columns.size() != schema_->columns.size()) return false;
  const std::size_t rows = columns.empty() ? 0 : columns[0].valid.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].valid.size() != rows) return false;
    if (!HoldsInvariant(columns[i], schema_->columns[i].type)) return false;
  }
  columns_ = std::move(columns);
  bytes_ = 0;
  for (const ColumnData& column : columns_) bytes_ += column.size_in_bytes();
  rows_ = rows;
  next_ = 0;
  return true;
}

std::vector<ColumnData> Batch::Release() {
  std::vector<ColumnData> columns =
      std::exchange(columns_, std::vector<ColumnData>(columns_.size()));
  Clear();
  return columns;
}

void Batch::Clear() {
  for (ColumnData& column : columns_) {
    column.valid.clear();
    column.numbers.clear();
    column.offsets.clear();
    column.bytes.clear();
    column.ends.clear();
    column.lists.clear();
  }
  rows_ = 0;
  bytes_ = 0;
  next_ = 0;
}

}  // namespace chasqui::exporting
