// What the tables of an export have in common, whatever the survey.

#ifndef CHASQUI_EXPORT_TABLE_SCHEMA_H_
#define CHASQUI_EXPORT_TABLE_SCHEMA_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "export/batch.h"

namespace chasqui::exporting {

// The columns that rows of several increments are put together by.
//
//   kRecords     _id  _seq        _increment  _deleted
//   kOfRecords   _id              _increment
//   kLog              _seq  _log  _increment
//   kSnapshot                     _increment
inline constexpr std::string_view kIdColumn = "_id";    // text, a UUID
inline constexpr std::string_view kSeqColumn = "_seq";  // integer
inline constexpr std::string_view kLogColumn = "_log";  // text
inline constexpr std::string_view kIncrementColumn = "_increment";  // integer
inline constexpr std::string_view kDeletedColumn = "_deleted";      // boolean

// In a table of records: whether its personal answers were erased.
inline constexpr std::string_view kErasedColumn = "_erased";  // boolean

// Tables that others look for. No form's is called like one of them.
inline constexpr std::string_view kHistoryTable = "history";
inline constexpr std::string_view kCodebookTable = "codebook";
inline constexpr std::string_view kCodebookTextsTable = "codebook_texts";

// "records", "of_records", "log", "snapshot", as manifests have them.
std::string_view ToText(TableKind kind);
std::optional<TableKind> ParseTableKind(std::string_view text);
// Of what ToText(ColumnType) gives.
std::optional<ColumnType> ParseColumnType(std::string_view text);

// Nullopt if the table has no such column.
std::optional<std::size_t> FindColumn(const TableSchema& table,
                                      std::string_view name);

// InvalidArgument, naming table and column, unless each table
//   has a name that can be a folder's: 1 to 200 bytes of UTF-8, not beginning
//   with '.', no '/', '\', control character or quote in it,
//   is as CheckSchema has it, without a NUL in a column's name,
//   has the columns of its kind, of their types,
// and no two tables have one name, letters of either case being the same.
absl::Status CheckTables(const std::vector<TableSchema>& tables);

inline constexpr std::size_t kTableNameBytesMax = 200;

// See Table.schema_sha256 in chasqui/exporting/v1/manifest.proto.
std::string SchemaHash(const TableSchema& table);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_TABLE_SCHEMA_H_
