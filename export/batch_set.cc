#include "export/batch_set.h"

#include <utility>

namespace chasqui::exporting {

BatchSet::BatchSet(const std::vector<TableSchema>& tables)
    : tables_(tables), spare_(tables.size()) {
  open_.reserve(tables.size());
  for (const TableSchema& table : tables) open_.emplace_back(table);
}

void BatchSet::EndRow(std::size_t table) {
  const Batch& batch = open_[table];
  if (batch.rows() >= kRows || batch.bytes() >= kBytes) Complete(table);
}

void BatchSet::Complete(std::size_t table) {
  complete_.push_back(std::move(open_[table]));
  open_[table] = spare_[table].has_value() ? *std::move(spare_[table])
                                           : Batch(tables_[table]);
  spare_[table].reset();
}

void BatchSet::End() {
  for (std::size_t table = 0; table < open_.size(); ++table) {
    if (open_[table].rows() > 0) Complete(table);
  }
}

void BatchSet::Return(Batch batch) {
  const auto table = static_cast<std::size_t>(&batch.schema() - tables_.data());
  batch.Clear();
  spare_[table] = std::move(batch);
}

std::optional<Batch> BatchSet::Take() {
  if (complete_.empty()) return std::nullopt;
  std::optional<Batch> batch = std::move(complete_.front());
  complete_.pop_front();
  return batch;
}

}  // namespace chasqui::exporting
