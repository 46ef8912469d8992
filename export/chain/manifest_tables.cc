#include "export/chain/manifest_tables.h"

#include <string>
#include <string_view>
#include <utility>

#include "chasqui/exporting/v1/manifest.pb.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

using ColumnTypes = std::map<std::string, ColumnType>;

ColumnTypes ColumnsOf(const std::vector<TableSchema>& tables,
                      std::string_view name) {
  ColumnTypes columns;
  for (const TableSchema& table : tables) {
    if (table.name != name) continue;
    for (const TableColumn& column : table.columns) {
      columns[column.name] = column.type;
    }
  }
  return columns;
}

void EncodeColumn(const std::string& name, ColumnType type, v1::Column& out) {
  out.set_name(name);
  out.set_type(std::string(ToText(type)));
}

absl::Status WrongTable(std::string_view what) {
  return absl::InvalidArgumentError(AbslView(what));
}

absl::StatusOr<ColumnType> DecodeType(const v1::Column& column,
                                      std::string_view table) {
  const auto type = ParseColumnType(column.type());
  if (type.has_value()) return *type;
  return WrongTable(StrCat("table ", table, ": column ", column.name(),
                           " is of no known type: \"", column.type(), "\""));
}

}  // namespace

void EncodeTables(const std::vector<TableSchema>& tables,
                  v1::Manifest& message) {
  for (const TableSchema& table : tables) {
    v1::Table& out = *message.add_tables();
    out.set_name(table.name);
    out.set_kind(std::string(ToText(table.kind)));
    for (const TableColumn& column : table.columns) {
      EncodeColumn(column.name, column.type, *out.add_columns());
    }
    out.set_schema_sha256(SchemaHash(table));
  }
}

void EncodeSoFar(const SoFar& so_far, const std::vector<TableSchema>& tables,
                 v1::SoFar& out) {
  for (const Restore& restore : so_far.restores) {
    v1::Restore& added = *out.add_restores();
    added.set_increment(restore.increment);
    added.set_shared_seq(restore.shared);
  }
  for (const auto& [name, columns] : so_far.columns) {
    v1::TableSoFar& added = *out.add_tables();
    added.set_name(name);
    added.set_as_here(columns == ColumnsOf(tables, name));
    if (added.as_here()) continue;
    for (const auto& [column, type] : columns) {
      EncodeColumn(column, type, *added.add_columns());
    }
  }
  out.set_increment(so_far.increment);
  out.set_erased(so_far.erased);
}

absl::StatusOr<std::vector<TableSchema>> DecodeTables(
    const v1::Manifest& message) {
  std::vector<TableSchema> tables;
  for (const v1::Table& from : message.tables()) {
    TableSchema& table = tables.emplace_back();
    table.name = from.name();
    const auto kind = ParseTableKind(from.kind());
    if (!kind.has_value()) {
      return WrongTable(StrCat("table ", from.name(),
                               " is of no known kind: \"", from.kind(), "\""));
    }
    table.kind = *kind;
    for (const v1::Column& column : from.columns()) {
      ASSIGN_OR_RETURN(const ColumnType type, DecodeType(column, from.name()));
      table.columns.push_back({.name = column.name(), .type = type});
    }
    if (from.schema_sha256() != SchemaHash(table)) {
      return WrongTable(StrCat("the columns of table ", from.name(),
                               " have another checksum than it says"));
    }
  }
  RETURN_IF_ERROR(CheckTables(tables));
  return tables;
}

absl::StatusOr<SoFar> DecodeSoFar(const v1::SoFar& message,
                                  const std::vector<TableSchema>& tables) {
  SoFar so_far;
  for (const v1::Restore& restore : message.restores()) {
    so_far.restores.push_back({restore.increment(), restore.shared_seq()});
  }
  for (const v1::TableSoFar& table : message.tables()) {
    ColumnTypes& columns = so_far.columns[table.name()];
    if (table.as_here()) columns = ColumnsOf(tables, table.name());
    for (const v1::Column& column : table.columns()) {
      ASSIGN_OR_RETURN(columns[column.name()],
                       DecodeType(column, table.name()));
    }
  }
  so_far.increment = message.increment();
  so_far.erased = message.erased();
  return so_far;
}

}  // namespace chasqui::exporting
