#include "export/chain/erasures.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "export/table_schema.h"

namespace chasqui::exporting {

std::uint64_t ErasuresIn(const Batch& batch) {
  if (batch.schema().kind != TableKind::kRecords) return 0;
  const std::optional<std::size_t> column =
      FindColumn(batch.schema(), kErasedColumn);
  if (!column.has_value() ||
      batch.schema().columns[*column].type != ColumnType::kBoolean) {
    return 0;
  }
  const std::vector<std::int64_t>& erased = batch.columns()[*column].numbers;
  return static_cast<std::uint64_t>(
      std::count(erased.begin(), erased.end(), 1));
}

}  // namespace chasqui::exporting
