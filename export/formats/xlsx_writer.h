// A table as one sheet of an Excel workbook, .xlsx, columns as typed_columns.h
// has them, the names of the columns first.
//
//   numbers  as numbers if they have at most 15 digits, all that Excel keeps;
//            the others as text, in their place
//   dates, times, moments
//            as Excel's, moments of the clock where it was said, minus
//            PATH/offset in UTC; those before March 1900, which Excel has not
//            or not right, as text
//   booleans 1 and 0
//   choices  codes
//   texts    never as formulas; longer than 32,767 characters, as Excel counts
//            them, they go on in PATH/2; control characters, and what looks
//            like one that was spelt, as _xHHHH_
//
// An empty text is an empty cell, as null is. A sheet has at most 16,384
// columns and 1,048,575 rows besides the first.

#ifndef CHASQUI_EXPORT_FORMATS_XLSX_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_XLSX_WRITER_H_

#include <memory>

#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// Whether this build has libxlsxwriter. What follows REQUIRES it.
bool HasXlsx();

// REQUIRES: what NewTableWriter() does, and batches whose cells were checked.
std::unique_ptr<TableWriter> NewXlsxWriter(const TableSchema& schema,
                                           Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_XLSX_WRITER_H_
