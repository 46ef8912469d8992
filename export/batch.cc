#include "export/batch.h"

#include <utility>

#include "sync/base/check.h"

namespace chasqui::exporting {

Batch::Batch(const TableSchema& schema)
    : schema_(&schema), columns_(schema.columns.size()) {
  filled_.reserve(schema.columns.size());
  for (const TableColumn& column : schema.columns) {
    filled_.push_back(FilledBy(column.type));
    row_bytes_ += RowBytes(filled_.back());
  }
}

void Batch::EndColumn() {
  lacks_ = begun_;
  if (++next_ < columns_.size()) return;
  rows_ += begun_;
  begun_ = lacks_ = 1;
  next_ = 0;
}

ColumnData& Batch::NextCell(bool valid) {
  ColumnData& column = columns_[next_];
  column.valid.push_back(valid ? 1 : 0);
  if (--lacks_ == 0) EndColumn();
  return column;
}

ColumnData& Batch::NextCells(bool valid) {
  ColumnData& column = columns_[next_];
  column.valid.insert(column.valid.end(), lacks_, valid ? 1 : 0);
  EndColumn();
  return column;
}

void Batch::AddNull() {
  const Filled filled = filled_[next_];
  AppendNothing(1, filled, NextCell(false));
}

void Batch::AddText(std::string_view text) {
  CHECK(filled_[next_].a_text_a_row());
  AppendText(text, NextCell(true));
  text_bytes_ += text.size();
}

void Batch::AddNumber(std::int64_t number) {
  CHECK(filled_[next_].numbers);
  CHECK(!filled_[next_].offsets);
  NextCell(true).numbers.push_back(number);
}

void Batch::AddMoment(std::int64_t number, std::int32_t offset_minutes) {
  CHECK(filled_[next_].offsets);
  ColumnData& column = NextCell(true);
  column.numbers.push_back(number);
  column.offsets.push_back(offset_minutes);
}

void Batch::AddList(const std::vector<std::string_view>& codes) {
  CHECK(filled_[next_].lists);
  ColumnData& column = NextCell(true);
  for (const std::string_view code : codes) {
    AppendText(code, column);
    text_bytes_ += code.size() + sizeof(column.ends[0]);
  }
  EndList(column);
}

void Batch::BeginRows(std::size_t count) {
  CHECK(next_ == 0 && lacks_ == 1 && count > 0);
  begun_ = lacks_ = count;
}

void Batch::FillNull() {
  const Filled filled = filled_[next_];
  const std::size_t count = lacks_;
  ColumnData& column = NextCells(false);
  AppendNothing(count, filled, column);
}

void Batch::FillText(std::string_view text) {
  CHECK(filled_[next_].a_text_a_row());
  const std::size_t count = lacks_;
  ColumnData& column = NextCells(true);
  for (std::size_t i = 0; i < count; ++i) AppendText(text, column);
  text_bytes_ += count * text.size();
}

void Batch::FillNumber(std::int64_t number) {
  CHECK(filled_[next_].numbers);
  CHECK(!filled_[next_].offsets);
  const std::size_t count = lacks_;
  ColumnData& column = NextCells(true);
  column.numbers.insert(column.numbers.end(), count, number);
}

void Batch::FillMoment(std::int64_t number, std::int32_t offset_minutes) {
  CHECK(filled_[next_].offsets);
  const std::size_t count = lacks_;
  ColumnData& column = NextCells(true);
  column.numbers.insert(column.numbers.end(), count, number);
  column.offsets.insert(column.offsets.end(), count, offset_minutes);
}

void Batch::Append(const Batch& other) {
  CHECK(next_ == 0);
  CHECK(other.next_ == 0);
  CHECK(columns_.size() == other.columns_.size());
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    AppendColumn(other.columns_[i], columns_[i]);
  }
  rows_ += other.rows_;
  text_bytes_ += other.text_bytes_;
}

bool Batch::Set(std::vector<ColumnData> columns) {
  if (columns.size() != schema_->columns.size()) return false;
  const std::size_t rows = columns.empty() ? 0 : columns[0].valid.size();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].valid.size() != rows) return false;
    if (!HoldsInvariant(columns[i], filled_[i])) return false;
  }
  columns_ = std::move(columns);
  text_bytes_ = 0;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    text_bytes_ += TextBytes(columns_[i], filled_[i]);
  }
  rows_ = rows;
  begun_ = lacks_ = 1;
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
  text_bytes_ = 0;
  rows_ = 0;
  begun_ = lacks_ = 1;
  next_ = 0;
}

}  // namespace chasqui::exporting
