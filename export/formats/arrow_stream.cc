#include "export/formats/arrow_stream.h"

#include <cstddef>
#include <string_view>
#include <utility>
#include <vector>

#include "arrow/array.h"
#include "arrow/ipc/options.h"
#include "arrow/ipc/writer.h"
#include "arrow/record_batch.h"
#include "arrow/type.h"
#include "arrow/util/compression.h"
#include "export/cell_check.h"
#include "export/formats/arrow_sink.h"
#include "export/formats/arrow_table.h"
#include "sync/base/status_macros.h"

namespace chasqui::exporting {
namespace {

class StringSink : public Sink {
 public:
  absl::Status Append(std::string_view bytes) override {
    bytes_ += bytes;
    return absl::OkStatus();
  }
  std::string Take() { return std::exchange(bytes_, {}); }

 private:
  std::string bytes_;
};

class IpcStream : public ArrowStream {
 public:
  explicit IpcStream(const TableSchema& schema) : table_(schema) {}

  absl::Status Open() {
    auto codec = arrow::util::Codec::Create(arrow::Compression::ZSTD);
    RETURN_IF_ERROR(sink_.StatusOf(codec.status()));
    auto options = arrow::ipc::IpcWriteOptions::Defaults();
    options.codec = *std::move(codec);
    options.use_threads = false;
    auto writer =
        arrow::ipc::MakeStreamWriter(sink_.stream(), table_.schema(), options);
    RETURN_IF_ERROR(sink_.StatusOf(writer.status()));
    writer_ = *std::move(writer);
    return absl::OkStatus();
  }

  absl::StatusOr<std::string> Add(const Batch& batch) override {
    RETURN_IF_ERROR(CheckCells(batch));
    std::vector<ArrowArray> all;
    for (std::size_t i = 0; i < batch.columns().size(); ++i) {
      for (ArrowArray& array : table_.ArraysOf(i, batch)) {
        all.push_back(std::move(array));
      }
    }
    const auto rows = static_cast<std::int64_t>(batch.rows());
    RETURN_IF_ERROR(sink_.StatusOf(writer_->WriteRecordBatch(
        *arrow::RecordBatch::Make(table_.schema(), rows, std::move(all)))));
    return bytes_.Take();
  }

  absl::StatusOr<std::string> End() override {
    RETURN_IF_ERROR(sink_.StatusOf(writer_->Close()));
    return bytes_.Take();
  }

 private:
  StringSink bytes_;
  ArrowSink sink_{bytes_};
  ArrowTable table_;
  std::shared_ptr<arrow::ipc::RecordBatchWriter> writer_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ArrowStream>> NewArrowStream(
    const TableSchema& schema) {
  RETURN_IF_ERROR(CheckSchema(schema));
  auto stream = std::make_unique<IpcStream>(schema);
  RETURN_IF_ERROR(stream->Open());
  return stream;
}

}  // namespace chasqui::exporting
