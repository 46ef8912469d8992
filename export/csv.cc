#include "export/csv.h"

namespace chasqui::exporting {

void AppendCsvCell(std::string_view cell, std::string& out) {
  if (cell.find_first_of("\",\r\n") == std::string_view::npos) {
    out.append(cell);
    return;
  }
  out += '"';
  for (const char c : cell) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

void AppendCsvLine(const std::vector<std::string>& cells, std::string& out) {
  // A line of one empty cell would read back as no line at all.
  if (cells.size() == 1 && cells[0].empty()) out += "\"\"";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) out += ',';
    AppendCsvCell(cells[i], out);
  }
  out += "\r\n";
}

}  // namespace chasqui::exporting
