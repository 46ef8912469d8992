// CSV as RFC 4180 has it: CRLF, quotes where needed, quotes doubled in quotes.

#ifndef CHASQUI_EXPORT_CSV_H_
#define CHASQUI_EXPORT_CSV_H_

#include <string>
#include <string_view>
#include <vector>

namespace chasqui::exporting {

// Adds one cell to `out`; what separates it from others is for the caller.
void AppendCsvCell(std::string_view cell, std::string& out);

// Adds one line to `out`.
void AppendCsvLine(const std::vector<std::string>& cells, std::string& out);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CSV_H_
