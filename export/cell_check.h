// Whether what a table's columns and cells hold is what their types promise:
// what comes by the wire or from a disk need not be.

#ifndef CHASQUI_EXPORT_CELL_CHECK_H_
#define CHASQUI_EXPORT_CELL_CHECK_H_

#include "absl/status/status.h"
#include "export/batch.h"

namespace chasqui::exporting {

// InvalidArgument names the column unless
//   there is a column
//   names are UTF-8, not empty, and differ in more than their case
//   labels and codes are UTF-8, and no column has a code twice
absl::Status CheckSchema(const TableSchema& schema);

// InvalidArgument names table, column and row, without the text, which may be
// personal, unless
//   text is UTF-8
//   decimals, points, lines and areas are as ColumnType has them
//   dates and date-times, these with their offset too, lie in the years
//   0000 to 9999, times in a day, offsets within 18 hours
//   booleans are 0 or 1
absl::Status CheckCells(const Batch& batch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CELL_CHECK_H_
