// An export's tables and rows as messages, for both ends of the wire.

#ifndef CHASQUI_SERVER_EXPORT_WIRE_H_
#define CHASQUI_SERVER_EXPORT_WIRE_H_

#include <cstddef>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/export_service.pb.h"
#include "export/batch.h"
#include "export/increment_source.h"

namespace chasqui::server {

// Of what IncrementRequest::also may name.
inline constexpr std::size_t kExportAlsoMax = 100'000;
// Of one message.
inline constexpr std::size_t kExportedRowsMax = 1'000'000;

void TablesToWire(const std::vector<exporting::TableSchema>& tables,
                  v1::ExportedTables& wire);
// `table` is the batch's index.
void RowsToWire(const exporting::Batch& batch, std::size_t table,
                v1::ExportedRows& wire);
void SummaryToWire(const exporting::IncrementSummary& summary,
                   v1::ExportSummary& wire);
void RequestToWire(const exporting::IncrementRequest& request,
                   v1::ExportTablesRequest& wire);

// What has come back. DataLoss: it is not as the protocol has it.
absl::StatusOr<std::vector<exporting::TableSchema>> TablesFromWire(
    const v1::ExportedTables& wire);
// `batches` has one for each table, and the table's own becomes what came: so
// memory is used again. What is returned is that one.
absl::StatusOr<const exporting::Batch*> RowsFromWire(
    const v1::ExportedRows& wire, std::vector<exporting::Batch>& batches);
exporting::IncrementSummary SummaryFromWire(const v1::ExportSummary& wire);
// InvalidArgument: `also` is out of its limits.
absl::StatusOr<exporting::IncrementRequest> RequestFromWire(
    const v1::ExportTablesRequest& wire);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EXPORT_WIRE_H_
