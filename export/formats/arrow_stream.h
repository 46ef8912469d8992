// A table as a stream of Arrow's IPC format, for the wire: its schema, then a
// record batch for each batch, buffers compressed by zstd; columns as
// arrow_table.h has them.

#ifndef CHASQUI_EXPORT_FORMATS_ARROW_STREAM_H_
#define CHASQUI_EXPORT_FORMATS_ARROW_STREAM_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "export/batch.h"

namespace chasqui::exporting {

// What its calls return makes the stream, one after the other.
// Thread-compatible.
class ArrowStream {
 public:
  virtual ~ArrowStream() = default;

  // REQUIRES: the batch is of the table the stream was made for.
  // InvalidArgument as CheckCells() has it; the stream is then void.
  virtual absl::StatusOr<std::string> Add(const Batch& batch) = 0;
  // The rest of the stream; the last call.
  virtual absl::StatusOr<std::string> End() = 0;
};

// REQUIRES: `schema` outlives the stream. InvalidArgument as CheckSchema() has
// it; Unimplemented: this build is without Arrow.
absl::StatusOr<std::unique_ptr<ArrowStream>> NewArrowStream(
    const TableSchema& schema);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_ARROW_STREAM_H_
