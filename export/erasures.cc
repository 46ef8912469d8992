#include "export/erasures.h"

#include <cstddef>
#include <optional>

#include "export/table_schema.h"

namespace chasqui::exporting {

std::uint64_t ErasuresIn(const Batch& batch) {
  if (batch.schema().name != kHistoryTable) return 0;
  const std::optional<std::size_t> column =
      FindColumn(batch.schema(), kEventColumn);
  if (!column.has_value() ||
      batch.schema().columns[*column].type != ColumnType::kText) {
    return 0;
  }
  const ColumnData& events = batch.columns()[*column];
  std::uint64_t erasures = 0;
  for (std::size_t row = 0; row < batch.rows(); ++row) {
    if (events.TextAt(row) == kEraseEvent) ++erasures;
  }
  return erasures;
}

}  // namespace chasqui::exporting
