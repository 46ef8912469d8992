// The columns that no form decides.

#ifndef CHASQUI_EXPORT_FIXED_TABLES_H_
#define CHASQUI_EXPORT_FIXED_TABLES_H_

#include <string>
#include <vector>

#include "export/batch.h"
#include "sync/form/form.h"

namespace chasqui::exporting {

// What a table of records, or of rows, begins with; the fields follow.
TableSchema RecordTable(std::string name);
TableSchema RowTable(std::string name);

// The others, in the order of FixedTable (tables.h).
std::vector<TableSchema> FixedTables();

// Tables whose rows are about the field in this column: what other columns of
// theirs tell of its answer, to whoever has to take it out. Empty: `table` is
// none of them.
inline constexpr std::string_view kPathColumn = "path";
std::vector<std::string_view> AnswerColumnsOf(std::string_view table);

ColumnType ColumnTypeOf(FieldType type);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FIXED_TABLES_H_
