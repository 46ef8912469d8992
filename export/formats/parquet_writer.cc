#include "export/formats/parquet_writer.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "arrow/array.h"
#include "arrow/memory_pool.h"
#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "export/formats/arrow_sink.h"
#include "export/formats/arrow_table.h"
#include "export/formats/parquet_properties.h"
#include "parquet/arrow/writer.h"
#include "sync/base/status_macros.h"

namespace chasqui::exporting {

std::shared_ptr<parquet::WriterProperties> ParquetProperties() {
  parquet::WriterProperties::Builder builder;
  builder.compression(parquet::Compression::ZSTD);
  builder.created_by("chasqui");
  return builder.build();
}

std::shared_ptr<parquet::ArrowWriterProperties> ParquetArrowProperties() {
  parquet::ArrowWriterProperties::Builder builder;
  builder.store_schema();
  return builder.build();
}

namespace {

class ParquetWriter : public TableWriter {
 public:
  ParquetWriter(const TableSchema& schema, Sink& sink)
      : row_group_bytes_(std::max(
            kRowGroupBytes, schema.columns.size() * kRowGroupColumnBytes)),
        sink_(sink),
        table_(schema),
        pending_(schema) {}

  // A file that was not closed is not to be finished on the way out.
  ~ParquetWriter() override { sink_.Shut(); }

  absl::Status Write(const Batch& batch) override {
    if (pending_.rows() + batch.rows() > kRowGroupRows ||
        pending_.bytes() + batch.bytes() > row_group_bytes_) {
      RETURN_IF_ERROR(FlushPending());
    }
    if (batch.bytes() >= row_group_bytes_) return WriteRowGroup(batch);
    pending_.Append(batch);
    return absl::OkStatus();
  }

  absl::Status Close() override {
    RETURN_IF_ERROR(FlushPending());
    RETURN_IF_ERROR(Open());
    if (const std::optional<std::string> geo = table_.Geo(); geo.has_value()) {
      RETURN_IF_ERROR(sink_.StatusOf(file_->AddKeyValueMetadata(
          arrow::key_value_metadata({"geo"}, {*geo}))));
    }
    return sink_.StatusOf(file_->Close());
  }

 private:
  absl::Status Open() {
    if (file_ != nullptr) return absl::OkStatus();
    auto file = parquet::arrow::FileWriter::Open(
        *table_.schema(), arrow::default_memory_pool(), sink_.stream(),
        ParquetProperties(), ParquetArrowProperties());
    RETURN_IF_ERROR(sink_.StatusOf(file.status()));
    file_ = *std::move(file);
    return absl::OkStatus();
  }

  absl::Status FlushPending() {
    if (pending_.rows() == 0) return absl::OkStatus();
    RETURN_IF_ERROR(WriteRowGroup(pending_));
    pending_.Clear();
    return absl::OkStatus();
  }

  // Column by column, so that there is never more than one in two forms.
  absl::Status WriteRowGroup(const Batch& batch) {
    RETURN_IF_ERROR(Open());
    RETURN_IF_ERROR(sink_.StatusOf(file_->NewRowGroup()));
    for (std::size_t i = 0; i < batch.columns().size(); ++i) {
      for (const ArrowArray& array : table_.ArraysOf(i, batch)) {
        RETURN_IF_ERROR(sink_.StatusOf(file_->WriteColumnChunk(*array)));
      }
    }
    return absl::OkStatus();
  }

  const std::size_t row_group_bytes_;
  ArrowSink sink_;
  ArrowTable table_;
  Batch pending_;
  std::unique_ptr<parquet::arrow::FileWriter> file_;
};

}  // namespace

bool HasParquet() { return true; }

std::unique_ptr<TableWriter> NewParquetWriter(const TableSchema& schema,
                                              Sink& sink) {
  return std::make_unique<ParquetWriter>(schema, sink);
}

}  // namespace chasqui::exporting
