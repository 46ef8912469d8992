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

ColumnType ColumnTypeOf(FieldType type);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FIXED_TABLES_H_
