// The file: batch after batch, of each its columns, of each its vectors, of
// each how many and then what, as memory has it.

#include "export/formats/batch_spool.h"

#include <cerrno>
#include <cstdio>
#include <utility>
#include <vector>

#include "export/durable_file.h"
#include "sync/base/status_macros.h"

namespace chasqui::exporting {

absl::Status BatchSpool::Write(const void* bytes, std::size_t size) {
  if (std::fwrite(bytes, 1, size, file_->stream()) == size) {
    return absl::OkStatus();
  }
  return IoError(errno, "write", file_->path());
}

absl::Status BatchSpool::Read(void* bytes, std::size_t size) {
  if (std::fread(bytes, 1, size, file_->stream()) == size) {
    return absl::OkStatus();
  }
  return IoError(std::feof(file_->stream()) != 0 ? EIO : errno, "read",
                 file_->path());
}

absl::Status BatchSpool::WriteColumn(const ColumnData& column) {
  const auto write = [this](const auto& values) -> absl::Status {
    const std::uint64_t count = values.size();
    RETURN_IF_ERROR(Write(&count, sizeof(count)));
    return Write(values.data(), count * sizeof(values[0]));
  };
  RETURN_IF_ERROR(write(column.valid));
  RETURN_IF_ERROR(write(column.numbers));
  RETURN_IF_ERROR(write(column.offsets));
  RETURN_IF_ERROR(write(column.bytes));
  RETURN_IF_ERROR(write(column.ends));
  return write(column.lists);
}

// What comes back is not what was written.
absl::Status BatchSpool::Damaged() const {
  return IoError(EIO, "read", file_->path());
}

absl::Status BatchSpool::ReadColumn(ColumnData& column) {
  const auto read = [this](auto& values) -> absl::Status {
    std::uint64_t count = 0;
    RETURN_IF_ERROR(Read(&count, sizeof(count)));
    if (count > kColumnBytesMax) return Damaged();
    values.resize(count);
    return Read(values.data(), count * sizeof(values[0]));
  };
  RETURN_IF_ERROR(read(column.valid));
  RETURN_IF_ERROR(read(column.numbers));
  RETURN_IF_ERROR(read(column.offsets));
  RETURN_IF_ERROR(read(column.bytes));
  RETURN_IF_ERROR(read(column.ends));
  return read(column.lists);
}

absl::Status BatchSpool::Append(const Batch& batch) {
  if (batch.rows() == 0) return absl::OkStatus();
  if (file_ == nullptr) {
    ASSIGN_OR_RETURN(file_, TemporaryFile::Create());
    file_->Unname();
  }
  for (const ColumnData& column : batch.columns()) {
    RETURN_IF_ERROR(WriteColumn(column));
  }
  ++batches_;
  rows_ += batch.rows();
  return absl::OkStatus();
}

absl::Status BatchSpool::ForEach(
    absl::FunctionRef<absl::Status(const Batch&)> take) {
  if (file_ == nullptr) return absl::OkStatus();
  // What was not yet written is written here.
  if (std::fseek(file_->stream(), 0, SEEK_SET) != 0) {
    return IoError(errno, "write", file_->path());
  }
  Batch batch(schema_);
  for (std::uint64_t i = 0; i < batches_; ++i) {
    std::vector<ColumnData> columns(schema_.columns.size());
    for (ColumnData& column : columns) RETURN_IF_ERROR(ReadColumn(column));
    if (!batch.Set(std::move(columns))) return Damaged();
    RETURN_IF_ERROR(take(batch));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
