// A table as Stata's .dta, version 118 (Stata 14 and later), columns as
// typed_columns.h has them.
//
//   names    32 letters, digits and '_': short_names.h; notes have the whole
//            ones
//   integers byte, int or long if all fit, else double; beyond 2^53 the nearest
//            and PATH/exact
//   dates    %td, from the year 100 on, earlier ones in PATH/exact
//   moments  %tc, of the clock where it was said; minus PATH/offset it is UTC
//   times    %tcHH:MM:SS.sss, of 1 January 1960
//   choices  integer codes with value labels; other codes are texts, which have
//            none, and PATH/label numbers them, with value labels
//   texts    str#, or strL where one is longer than 2,045 bytes
//
// A file has at most 32,767 columns, 2,147,483,647 rows, and kLongTextBytesMax
// of strL, which ReadStat keeps in memory until the end.

#ifndef CHASQUI_EXPORT_FORMATS_STATA_WRITER_H_
#define CHASQUI_EXPORT_FORMATS_STATA_WRITER_H_

#include <cstddef>
#include <memory>

#include "export/formats/table_writer.h"

namespace chasqui::exporting {

inline constexpr std::size_t kLongTextBytesMax = std::size_t{32} << 20;

// Whether this build has ReadStat. What follows REQUIRES it.
bool HasReadStat();

// REQUIRES: what NewTableWriter() does, and batches whose cells were checked.
std::unique_ptr<TableWriter> NewStataWriter(const TableSchema& schema,
                                            Sink& sink);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_STATA_WRITER_H_
