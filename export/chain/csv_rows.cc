#include "export/chain/csv_rows.h"

#include <cstddef>

#include "sync/base/status_macros.h"

namespace chasqui::exporting {

absl::Status CsvRows::Add(std::string_view bytes, TakeRow take) {
  for (const char c : bytes) {
    row_ += c;
    if (c == '"') {
      // Two quotes in a quoted cell end and begin it again.
      quoted_ = !quoted_;
    } else if (!quoted_ && c == ',') {
      commas_.push_back(row_.size() - 1);
    } else if (!quoted_ && c == '\n') {
      RETURN_IF_ERROR(Give(take));
    }
  }
  return absl::OkStatus();
}

absl::Status CsvRows::Give(TakeRow take) {
  const std::string_view row = row_;
  const std::size_t line = row.size() - (row.ends_with("\r\n") ? 2 : 1);
  CsvRow given;
  std::size_t begin = 0;
  for (const std::size_t comma : commas_) {
    given.cells.push_back(row.substr(begin, comma - begin));
    begin = comma + 1;
  }
  given.cells.push_back(row.substr(begin, line - begin));
  given.end = row.substr(line);
  absl::Status taken = take(given);
  row_.clear();
  commas_.clear();
  return taken;
}

absl::Status CsvRows::Finish() const {
  return row_.empty() ? absl::OkStatus()
                      : absl::DataLossError("it ends within a row");
}

std::string_view CsvCellText(std::string_view cell, std::string& scratch) {
  if (!cell.starts_with('"')) return cell;
  cell = cell.substr(1, cell.size() - 2);
  if (cell.find('"') == cell.npos) return cell;
  scratch.clear();
  for (std::size_t i = 0; i < cell.size(); ++i) {
    if (cell[i] == '"') ++i;
    scratch += cell[i];
  }
  return scratch;
}

}  // namespace chasqui::exporting
