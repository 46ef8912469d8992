// Attached lists, as rows of named cells.

#ifndef CHASQUI_SYNC_FORM_CSV_TABLE_H_
#define CHASQUI_SYNC_FORM_CSV_TABLE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::xform {

// Cells by column, in the order of the list.
using ListRow = std::vector<std::pair<std::string, std::string>>;
using ListTable = std::vector<ListRow>;

// The cell of `column`; empty if there is none.
std::string_view CellOf(const ListRow& row, std::string_view column);

// Reads CSV (RFC 4180) whose first line names the columns. Lines may end in LF;
// empty lines, cells missing at the end of a line, and empty cells past the
// last column are let pass. InvalidArgument, with the line, if a quote is not
// closed or followed by text, a line has too many cells, or a column is named
// twice.
absl::StatusOr<ListTable> ReadCsvTable(std::string_view bytes);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_CSV_TABLE_H_
