#include "export/batch_set.h"

#include <utility>

namespace chasqui::exporting {

BatchSet::BatchSet(const std::vector<TableSchema>& tables) {
  open_.reserve(tables.size());
  for (const TableSchema& table : tables) open_.emplace_back(table);
}

void BatchSet::EndRow(std::size_t table) {
  Batch& batch = open_[table];
  if (batch.rows() < kRows && batch.bytes() < kBytes) return;
  const TableSchema& schema = batch.schema();
  complete_.push_back(std::exchange(batch, Batch(schema)));
}

void BatchSet::End() {
  for (Batch& batch : open_) {
    if (batch.rows() == 0) continue;
    const TableSchema& schema = batch.schema();
    complete_.push_back(std::exchange(batch, Batch(schema)));
  }
}

std::optional<Batch> BatchSet::Take() {
  if (complete_.empty()) return std::nullopt;
  std::optional<Batch> batch = std::move(complete_.front());
  complete_.pop_front();
  return batch;
}

}  // namespace chasqui::exporting
