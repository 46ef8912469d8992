#include "server/export_pieces.h"

#include <utility>

#include "server/export_wire.h"
#include "sync/base/status_macros.h"

namespace chasqui::server {
namespace {

using exporting::Batch;
using exporting::IncrementSource;
using exporting::TableSchema;

std::size_t IndexOf(const Batch& batch, const IncrementSource& source) {
  return static_cast<std::size_t>(&batch.schema() - source.tables().data());
}

}  // namespace

absl::StatusOr<bool> TablePieces::Next(v1::ExportTablesResponse& response) {
  if (complete_) return false;
  response.Clear();
  if (!announced_) {
    TablesToWire(source_->tables(), *response.mutable_tables());
    announced_ = true;
    return true;
  }
  ASSIGN_OR_RETURN(const Batch* const batch, source_->Next());
  if (batch == nullptr) {
    SummaryToWire(source_->summary(), *response.mutable_summary());
    complete_ = true;
  } else {
    RowsToWire(*batch, IndexOf(*batch, *source_), *response.mutable_rows());
  }
  return true;
}

absl::StatusOr<std::unique_ptr<ArrowPieces>> ArrowPieces::Begin(
    std::unique_ptr<IncrementSource> source) {
  std::unique_ptr<ArrowPieces> pieces(new ArrowPieces(std::move(source)));
  for (const TableSchema& table : pieces->source_->tables()) {
    ASSIGN_OR_RETURN(auto stream, exporting::NewArrowStream(table));
    pieces->streams_.push_back(std::move(stream));
  }
  return pieces;
}

absl::StatusOr<bool> ArrowPieces::Next(v1::ExportArrowResponse& response) {
  if (complete_) return false;
  response.Clear();
  if (!announced_) {
    TablesToWire(source_->tables(), *response.mutable_tables());
    announced_ = true;
    return true;
  }
  if (!read_) {
    ASSIGN_OR_RETURN(const Batch* const batch, source_->Next());
    if (batch != nullptr) {
      const std::size_t table = IndexOf(*batch, *source_);
      ASSIGN_OR_RETURN(*response.mutable_bytes()->mutable_data(),
                       streams_[table]->Add(*batch));
      response.mutable_bytes()->set_table(static_cast<std::uint32_t>(table));
      return true;
    }
    read_ = true;
  }
  if (ended_ < streams_.size()) {
    ASSIGN_OR_RETURN(*response.mutable_bytes()->mutable_data(),
                     streams_[ended_]->End());
    response.mutable_bytes()->set_table(static_cast<std::uint32_t>(ended_));
    ++ended_;
    return true;
  }
  SummaryToWire(source_->summary(), *response.mutable_summary());
  complete_ = true;
  return true;
}

}  // namespace chasqui::server
