#include "server/export_wire.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "server/exchange_wire.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

using exporting::Batch;
using exporting::ColumnData;
using exporting::TableColumn;
using exporting::TableSchema;

template <typename Numbers, typename Wire>
void CopyTo(const Numbers& numbers, Wire& wire) {
  wire.Add(numbers.begin(), numbers.end());
}

template <typename Wire, typename Numbers>
void CopyFrom(const Wire& wire, Numbers& numbers) {
  numbers.assign(wire.begin(), wire.end());
}

void CellsToWire(const ColumnData& column, v1::ExportedCells& wire) {
  const auto valid =
      std::count(column.valid.begin(), column.valid.end(), std::uint8_t{1});
  if (valid == 0) return wire.set_none(true);
  if (static_cast<std::size_t>(valid) < column.valid.size()) {
    wire.set_valid(column.valid.data(), column.valid.size());
  }
  CopyTo(column.numbers, *wire.mutable_numbers());
  CopyTo(column.offsets, *wire.mutable_offsets());
  wire.set_bytes(column.bytes);
  CopyTo(column.ends, *wire.mutable_ends());
  CopyTo(column.lists, *wire.mutable_lists());
}

void CellsFromWire(const v1::ExportedCells& wire, std::size_t rows,
                   ColumnData& column) {
  if (wire.valid().empty()) {
    column.valid.assign(rows, 1);
  } else {
    CopyFrom(wire.valid(), column.valid);
  }
  CopyFrom(wire.numbers(), column.numbers);
  CopyFrom(wire.offsets(), column.offsets);
  column.bytes = wire.bytes();
  CopyFrom(wire.ends(), column.ends);
  CopyFrom(wire.lists(), column.lists);
}

}  // namespace

void TablesToWire(const std::vector<TableSchema>& tables,
                  v1::ExportedTables& wire) {
  for (const TableSchema& table : tables) {
    v1::ExportedTable& out = *wire.add_tables();
    out.set_name(table.name);
    out.set_kind(static_cast<v1::ExportedTableKind>(table.kind));
    for (const TableColumn& column : table.columns) {
      v1::ExportedColumn& to = *out.add_columns();
      to.set_name(column.name);
      to.set_type(static_cast<v1::ExportedColumnType>(column.type));
      to.set_label(column.label);
      for (const exporting::ColumnChoice& choice : column.choices) {
        v1::ExportedChoice& told = *to.add_choices();
        told.set_code(choice.code);
        told.set_label(choice.label);
      }
    }
  }
}

void RowsToWire(const Batch& batch, std::size_t table, v1::ExportedRows& wire) {
  wire.set_table(static_cast<std::uint32_t>(table));
  wire.set_rows(static_cast<std::uint32_t>(batch.rows()));
  for (const ColumnData& column : batch.columns()) {
    CellsToWire(column, *wire.add_columns());
  }
}

void SummaryToWire(const exporting::IncrementSummary& summary,
                   v1::ExportSummary& wire) {
  PositionToWire(summary.to, *wire.mutable_position());
  wire.set_from(summary.from);
  LineageToWire(summary.lineage, *wire.mutable_lineage());
}

void RequestToWire(const exporting::IncrementRequest& request,
                   v1::ExportTablesRequest& wire) {
  if (request.since.has_value()) {
    PositionToWire(*request.since, *wire.mutable_since());
  }
  wire.set_increment(request.number);
  wire.set_no_history(!request.history);
  for (const RecordId& id : request.also) {
    wire.add_also(id.view().data(), id.view().size());
  }
}

absl::StatusOr<std::vector<TableSchema>> TablesFromWire(
    const v1::ExportedTables& wire) {
  std::vector<TableSchema> tables;
  for (const v1::ExportedTable& from : wire.tables()) {
    TableSchema table;
    table.name = from.name();
    if (from.kind() == v1::EXPORTED_TABLE_KIND_UNSPECIFIED ||
        !v1::ExportedTableKind_IsValid(from.kind())) {
      return absl::DataLossError(
          StrCat("table ", from.name(), " is of a kind unknown here"));
    }
    table.kind = static_cast<exporting::TableKind>(from.kind());
    for (const v1::ExportedColumn& column : from.columns()) {
      if (column.type() == v1::EXPORTED_COLUMN_TYPE_UNSPECIFIED ||
          !v1::ExportedColumnType_IsValid(column.type())) {
        return absl::DataLossError(StrCat("column ", column.name(),
                                          " of table ", from.name(),
                                          " is of a type unknown here"));
      }
      TableColumn& to = table.columns.emplace_back();
      to.name = column.name();
      to.type = static_cast<exporting::ColumnType>(column.type());
      to.label = column.label();
      for (const v1::ExportedChoice& choice : column.choices()) {
        to.choices.push_back({choice.code(), choice.label()});
      }
    }
    tables.push_back(std::move(table));
  }
  return tables;
}

absl::StatusOr<const Batch*> RowsFromWire(const v1::ExportedRows& wire,
                                          std::vector<Batch>& batches) {
  if (wire.table() >= batches.size()) {
    return absl::DataLossError("rows came of a table that was not announced");
  }
  Batch& batch = batches[wire.table()];
  const TableSchema& table = batch.schema();
  const absl::Status wrong = absl::DataLossError(
      StrCat("rows of table ", table.name, " are not as it was announced"));
  if (static_cast<std::size_t>(wire.columns_size()) != table.columns.size() ||
      wire.rows() > kExportedRowsMax) {
    return wrong;
  }
  std::vector<ColumnData> columns = batch.Release();
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const v1::ExportedCells& cells = wire.columns(static_cast<int>(i));
    if (cells.none()) {
      SetNoValues(table.columns[i].type, wire.rows(), columns[i]);
    } else {
      CellsFromWire(cells, wire.rows(), columns[i]);
    }
  }
  if (!batch.Set(std::move(columns))) return wrong;
  return &batch;
}

exporting::IncrementSummary SummaryFromWire(const v1::ExportSummary& wire) {
  exporting::IncrementSummary summary;
  summary.from = wire.from();
  summary.to = {LogName{wire.position().log()}, wire.position().seq()};
  summary.lineage = LineageFromWire(wire.lineage());
  return summary;
}

absl::StatusOr<exporting::IncrementRequest> RequestFromWire(
    const v1::ExportTablesRequest& wire) {
  exporting::IncrementRequest request;
  if (wire.has_since()) {
    request.since = Position{LogName{wire.since().log()}, wire.since().seq()};
  }
  request.number = std::max<std::uint64_t>(wire.increment(), 1);
  request.history = !wire.no_history();
  if (static_cast<std::size_t>(wire.also_size()) > kExportAlsoMax) {
    return absl::InvalidArgumentError(StrCat("also names ", wire.also_size(),
                                             " records, at most ",
                                             kExportAlsoMax, " are allowed"));
  }
  for (const std::string& raw : wire.also()) {
    const std::optional<RecordId> id = RecordId::FromBytes(raw);
    if (!id.has_value()) {
      return absl::InvalidArgumentError(
          StrCat("also has a name of ", raw.size(), " bytes, not 16"));
    }
    if (!request.also.empty() && *id <= request.also.back()) {
      return absl::InvalidArgumentError("also is not in ascending order");
    }
    request.also.push_back(*id);
  }
  return request;
}

}  // namespace chasqui::server
