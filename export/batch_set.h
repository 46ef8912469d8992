// The rows under way of every table of an export.

#ifndef CHASQUI_EXPORT_BATCH_SET_H_
#define CHASQUI_EXPORT_BATCH_SET_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "export/batch.h"

namespace chasqui::exporting {

// Thread-compatible.
class BatchSet {
 public:
  // A batch is complete with so many rows, or about so many bytes. A table of
  // hundreds of columns needs as much for it to have many rows; and with one
  // row more it still is less than what gRPC takes by default, 4 MiB.
  static constexpr std::size_t kRows = 4096;
  static constexpr std::size_t kBytes = std::size_t{512} << 10;

  // REQUIRES: `tables` outlives the set.
  explicit BatchSet(const std::vector<TableSchema>& tables);

  // Where the next row of a table goes, whole, and then EndRow() of it.
  Batch& Row(std::size_t table) { return open_[table]; }
  void EndRow(std::size_t table);
  // From here on, what is open counts as complete.
  void End();

  // The oldest complete batch; nullopt: there is none.
  std::optional<Batch> Take();
  // A batch that was taken and is not wanted any more: its memory is.
  void Return(Batch batch);

 private:
  // The table's open batch is complete.
  void Complete(std::size_t table);

  const std::vector<TableSchema>& tables_;
  std::vector<Batch> open_;                  // one a table
  std::vector<std::optional<Batch>> spare_;  // at most one a table, empty
  std::deque<Batch> complete_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_BATCH_SET_H_
