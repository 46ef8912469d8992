// A table as CSV: RFC 4180, UTF-8, the names of the columns first, columns and
// cells as flat_columns.h has them.
//
// Null is an empty cell, an empty text is "" in quotes, as DuckDB and
// PostgreSQL read them; readers that do not look at quotes take both for the
// same. In a table of one column null is "" too, since an empty line would be
// no row.

#ifndef CHASQUI_EXPORT_FORMATS_CSV_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_CSV_WRITER_H_

#include <memory>

#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// REQUIRES: what NewTableWriter() does, and batches whose cells were checked.
std::unique_ptr<TableWriter> NewCsvWriter(const TableSchema& schema,
                                          Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_CSV_WRITER_H_
