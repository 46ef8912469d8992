#include "server/export_wire.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "server/exchange_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

using exporting::Batch;
using exporting::ColumnData;
using exporting::TableColumn;
using exporting::TableSchema;

template <typename Numbers, typename Wire>
void CopyTo(const Numbers& numbers, Wire& wire) {
  wire.Reserve(static_cast<int>(numbers.size()));
  for (const auto number : numbers) wire.AddAlreadyReserved(number);
}

// Ends, as how long each is.
template <typename Wire>
void LengthsTo(const std::vector<std::uint32_t>& ends, Wire& wire) {
  std::uint32_t before = 0;
  wire.Reserve(static_cast<int>(ends.size()));
  for (const std::uint32_t end : ends) {
    wire.AddAlreadyReserved(end - before);
    before = end;
  }
}

void CellsToWire(const ColumnData& column, v1::ExportedCells& wire) {
  const bool all = std::all_of(column.valid.begin(), column.valid.end(),
                               [](std::uint8_t valid) { return valid != 0; });
  if (!all) wire.set_valid(column.valid.data(), column.valid.size());
  CopyTo(column.numbers, *wire.mutable_numbers());
  CopyTo(column.offsets, *wire.mutable_offsets());
  wire.set_bytes(column.bytes);
  LengthsTo(column.ends, *wire.mutable_lengths());
  LengthsTo(column.lists, *wire.mutable_lists());
}

// The inverse of LengthsTo(); false if they add up to more than there may be.
template <typename Wire>
bool EndsFrom(const Wire& lengths, std::vector<std::uint32_t>& ends) {
  std::uint64_t end = 0;
  ends.reserve(static_cast<std::size_t>(lengths.size()));
  for (const std::uint32_t length : lengths) {
    end += length;
    if (end > UINT32_MAX) return false;
    ends.push_back(static_cast<std::uint32_t>(end));
  }
  return true;
}

std::optional<ColumnData> CellsFromWire(const v1::ExportedCells& wire,
                                        std::size_t rows) {
  ColumnData column;
  if (wire.valid().empty()) {
    column.valid.assign(rows, 1);
  } else {
    column.valid.assign(wire.valid().begin(), wire.valid().end());
  }
  column.numbers.assign(wire.numbers().begin(), wire.numbers().end());
  column.offsets.assign(wire.offsets().begin(), wire.offsets().end());
  column.bytes = wire.bytes();
  if (!EndsFrom(wire.lengths(), column.ends) ||
      !EndsFrom(wire.lists(), column.lists)) {
    return std::nullopt;
  }
  return column;
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

absl::StatusOr<Batch> RowsFromWire(const v1::ExportedRows& wire,
                                   const std::vector<TableSchema>& tables) {
  if (wire.table() >= tables.size()) {
    return absl::DataLossError("rows came of a table that was not announced");
  }
  const TableSchema& table = tables[wire.table()];
  std::vector<ColumnData> columns;
  for (const v1::ExportedCells& cells : wire.columns()) {
    std::optional<ColumnData> column = CellsFromWire(cells, wire.rows());
    if (!column.has_value()) break;
    columns.push_back(*std::move(column));
  }
  Batch batch(table);
  if (!batch.Set(std::move(columns))) {
    return absl::DataLossError(
        StrCat("rows of table ", table.name, " are not as it was announced"));
  }
  return batch;
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
