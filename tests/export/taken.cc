#include "tests/export/taken.h"

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::testing {
namespace {

using exporting::Batch;
using exporting::ColumnData;
using exporting::ColumnType;
using exporting::TableSchema;

std::string ListAt(const ColumnData& column, std::size_t row) {
  std::string text = "[";
  const std::size_t first = row == 0 ? 0 : column.lists[row - 1];
  for (std::size_t i = first; i < column.lists[row]; ++i) {
    if (i > first) text += ' ';
    text += column.TextAt(i);
  }
  return text + "]";
}

std::string TextAt(ColumnType type, const ColumnData& column, std::size_t row) {
  switch (type) {
    case ColumnType::kChoices:
      return ListAt(column, row);
    case ColumnType::kInteger:
    case ColumnType::kDate:
    case ColumnType::kBoolean:
      return StrCat(column.numbers[row]);
    case ColumnType::kTime:
    case ColumnType::kDateTime:
      return StrCat(column.numbers[row], "@", column.offsets[row]);
    default:
      return std::string(column.TextAt(row));
  }
}

}  // namespace

Taken TakeAll(exporting::IncrementSource& source) {
  Taken taken;
  for (const TableSchema& table : source.tables()) {
    taken.rows[table.name];
    for (const auto& column : table.columns) {
      taken.columns[table.name].push_back(column.name);
    }
  }
  while (true) {
    const absl::StatusOr<const Batch*> batch = source.Next();
    CHECK(batch.ok());
    if (*batch == nullptr) break;
    taken.batch_bytes.push_back((*batch)->bytes());
    const TableSchema& table = (*batch)->schema();
    for (std::size_t row = 0; row < (*batch)->rows(); ++row) {
      TakenRow& cells = taken.rows[table.name].emplace_back();
      for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const ColumnData& column = (*batch)->columns()[i];
        if (column.valid[row] == 0) continue;
        cells[table.columns[i].name] =
            TextAt(table.columns[i].type, column, row);
      }
    }
  }
  taken.summary = source.summary();
  return taken;
}

}  // namespace chasqui::testing
