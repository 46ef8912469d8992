#include "export/formats/csv_writer.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/csv.h"
#include "export/formats/flat_columns.h"
#include "sync/base/status_macros.h"

namespace chasqui::exporting {
namespace {

// Handed on at a time: calls cost less than copies beyond that.
constexpr std::size_t kCsvBufferBytes = std::size_t{64} << 10;

class CsvWriter : public TableWriter {
 public:
  CsvWriter(const TableSchema& schema, Sink& sink)
      : columns_(FlatColumnsOf(schema)), sink_(sink) {
    std::vector<std::string> header;
    for (const FlatColumn& column : columns_) header.push_back(column.name);
    AppendCsvLine(header, buffer_);
  }

  absl::Status Write(const Batch& batch) override {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      AddRow(batch, row);
      if (buffer_.size() >= kCsvBufferBytes) RETURN_IF_ERROR(Flush());
    }
    return absl::OkStatus();
  }

  absl::Status Close() override { return Flush(); }

 private:
  void AddRow(const Batch& batch, std::size_t row) {
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      if (i > 0) buffer_ += ',';
      const std::optional<std::string_view> text =
          FlatText(columns_[i], batch, row, scratch_);
      if (text.has_value() && !text->empty()) {
        AppendCsvCell(*text, buffer_);
      } else if (text.has_value() || columns_.size() == 1) {
        buffer_ += "\"\"";
      }
    }
    buffer_ += "\r\n";
  }

  absl::Status Flush() {
    absl::Status status = sink_.Append(buffer_);
    buffer_.clear();
    return status;
  }

  const std::vector<FlatColumn> columns_;
  Sink& sink_;
  std::string buffer_;
  std::string scratch_;
};

}  // namespace

std::unique_ptr<TableWriter> NewCsvWriter(const TableSchema& schema,
                                          Sink& sink) {
  return std::make_unique<CsvWriter>(schema, sink);
}

}  // namespace chasqui::exporting
