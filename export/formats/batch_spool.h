// Rows of one table, put aside in a temporary file until all of them are there:
// for formats that say before the first row what all of them need.

#ifndef CHASQUI_EXPORT_FORMATS_BATCH_SPOOL_H_
#define CHASQUI_EXPORT_FORMATS_BATCH_SPOOL_H_

#include <cstdint>
#include <memory>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "export/batch.h"
#include "export/formats/temporary_file.h"

namespace chasqui::exporting {

// Holds no row in memory. Thread-compatible. Errors: ResourceExhausted where
// there is no room left, else Unavailable, with the file.
class BatchSpool {
 public:
  // REQUIRES: `schema` outlives it.
  explicit BatchSpool(const TableSchema& schema) : schema_(schema) {}

  // REQUIRES: the batch is of the table.
  absl::Status Append(const Batch& batch);
  // All that was appended, batch by batch; ends with the first error of `take`.
  // May be called again.
  absl::Status ForEach(absl::FunctionRef<absl::Status(const Batch&)> take);

  std::uint64_t rows() const { return rows_; }

 private:
  absl::Status WriteColumn(const ColumnData& column);
  absl::Status Damaged() const;
  absl::Status ReadColumn(ColumnData& column);
  absl::Status Write(const void* bytes, std::size_t size);
  absl::Status Read(void* bytes, std::size_t size);

  const TableSchema& schema_;
  std::unique_ptr<TemporaryFile> file_;  // once there is a row
  std::uint64_t batches_ = 0;
  std::uint64_t rows_ = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_BATCH_SPOOL_H_
