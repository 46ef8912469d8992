#include "server/commands/export_stream.h"

#include <utility>

#include "server/export_wire.h"
#include "sync/base/status_macros.h"

namespace chasqui::commands {

absl::StatusOr<std::unique_ptr<ExportStream>> ExportStream::Open(
    const Remote& remote, v1::ExportService::Stub& stub,
    const v1::ExportTablesRequest& request) {
  std::unique_ptr<ExportStream> stream(new ExportStream(remote));
  Prepare(remote, stream->context_);
  stream->reader_ = stub.ExportTables(&stream->context_, request);
  stream->ahead_.emplace(*stream->reader_);
  RETURN_IF_ERROR(stream->Read());
  if (!stream->part_.has_tables()) {
    return absl::DataLossError("the export does not begin with its tables");
  }
  ASSIGN_OR_RETURN(stream->tables_,
                   server::TablesFromWire(stream->part_.tables()));
  for (const exporting::TableSchema& table : stream->tables_) {
    stream->batches_.emplace_back(table);
  }
  return stream;
}

ExportStream::~ExportStream() {
  if (finished_) return;
  context_.TryCancel();
  Finish().IgnoreError();
}

absl::Status ExportStream::Finish() {
  finished_ = true;
  ahead_.reset();
  return ToStatus(remote_, reader_->Finish());
}

absl::Status ExportStream::Read() {
  if (ahead_->Next(part_)) return absl::OkStatus();
  RETURN_IF_ERROR(Finish());
  return absl::DataLossError("the export ended before it was complete");
}

absl::StatusOr<const exporting::Batch*> ExportStream::Next() {
  if (summary_.has_value()) return nullptr;
  RETURN_IF_ERROR(Read());
  if (part_.has_summary()) {
    RETURN_IF_ERROR(Finish());
    summary_ = server::SummaryFromWire(part_.summary());
    return nullptr;
  }
  if (!part_.has_rows()) {
    return absl::DataLossError("the export sends what is unknown here");
  }
  return server::RowsFromWire(part_.rows(), batches_);
}

}  // namespace chasqui::commands
