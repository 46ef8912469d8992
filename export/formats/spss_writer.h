// A table as SPSS's .sav, columns as typed_columns.h has them.
//
//   names    64 letters, digits and '_', '@' before what may not begin one, so
//            that _id is @id: short_names.h; the document has the whole ones
//   numbers  all are doubles; beyond 2^53 the nearest and PATH/exact
//   dates    DATE, from 15 October 1582 on, earlier ones in PATH/exact
//   moments  DATETIME, of the clock where it was said; minus PATH/offset it is
//            UTC
//   times    TIME
//   choices  codes with value labels, integers as numbers, others as texts
//   texts    UTF-8, without the blanks at their end, which SPSS does not tell;
//            longer than 9,072 bytes, they go on in PATH/2
//
// A file has at most 32,767 columns and 2,147,483,647 rows.

#ifndef CHASQUI_EXPORT_FORMATS_SPSS_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_SPSS_WRITER_H_

#include <memory>

#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// REQUIRES: what NewStataWriter() does.
std::unique_ptr<TableWriter> NewSpssWriter(const TableSchema& schema,
                                           Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_SPSS_WRITER_H_
