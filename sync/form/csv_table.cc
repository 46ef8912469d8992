#include "sync/form/csv_table.h"

#include <set>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"
#include "sync/form/text_check.h"

namespace chasqui::xform {
namespace {

absl::Status Broken(std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(
      Concat({"line ", std::to_string(line), ": ", what, " (RFC 4180)"}));
}

// Takes lines of cells off the front of CSV text.
class CsvReader {
 public:
  explicit CsvReader(std::string_view bytes) : rest_(bytes) {
    if (rest_.starts_with("\xef\xbb\xbf")) rest_.remove_prefix(3);
  }

  bool done() const { return rest_.empty(); }
  std::size_t line() const { return line_; }  // Of the last line taken.

  absl::StatusOr<std::vector<std::string>> Take() {
    line_ = next_line_++;
    std::vector<std::string> cells;
    do {
      ASSIGN_OR_RETURN(cells.emplace_back(), TakeCell());
    } while (TakeIf(','));
    TakeIf('\r');
    if (!rest_.empty() && !TakeIf('\n')) {
      return Broken(line_, "text after a closing quote");
    }
    return cells;
  }

 private:
  bool TakeIf(char wanted) {
    if (!rest_.starts_with(wanted)) return false;
    rest_.remove_prefix(1);
    return true;
  }

  absl::StatusOr<std::string> TakeCell() {
    if (TakeIf('"')) return TakeQuoted();
    std::size_t end = rest_.find_first_of(",\n");
    if (end == std::string_view::npos) end = rest_.size();
    std::string_view cell = rest_.substr(0, end);
    if (cell.ends_with('\r') && !rest_.substr(end).starts_with(',')) {
      cell.remove_suffix(1);
    }
    rest_.remove_prefix(cell.size());
    return std::string(cell);
  }

  absl::StatusOr<std::string> TakeQuoted() {
    std::string cell;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '"' && !TakeIf('"')) return cell;
      if (c == '\n') ++next_line_;
      cell.push_back(c);
    }
    return Broken(line_, "a quote that is not closed");
  }

  std::string_view rest_;
  std::size_t line_ = 0;
  std::size_t next_line_ = 1;
};

absl::StatusOr<ListRow> MakeRow(const std::vector<std::string>& columns,
                                std::vector<std::string> cells,
                                std::size_t line) {
  while (cells.size() > columns.size() && Trim(cells.back()).empty()) {
    cells.pop_back();
  }
  if (cells.size() > columns.size()) {
    return Broken(line, Concat({std::to_string(cells.size()), " cells, but ",
                                std::to_string(columns.size()), " columns"}));
  }
  cells.resize(columns.size());
  ListRow row;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    row.emplace_back(columns[i], std::move(cells[i]));
  }
  return row;
}

absl::StatusOr<std::vector<std::string>> TakeColumns(CsvReader& reader) {
  ASSIGN_OR_RETURN(std::vector<std::string> columns, reader.Take());
  while (!columns.empty() && Trim(columns.back()).empty()) columns.pop_back();
  std::set<std::string_view> seen;
  for (std::string& column : columns) {
    column = std::string(Trim(column));
    if (!seen.insert(column).second) {
      return Broken(1, Concat({"a second column \"", column, "\""}));
    }
  }
  return columns;
}

}  // namespace

std::string_view CellOf(const ListRow& row, std::string_view column) {
  for (const auto& [name, cell] : row) {
    if (name == column) return cell;
  }
  return {};
}

absl::StatusOr<ListTable> ReadCsvTable(std::string_view bytes) {
  RETURN_IF_ERROR(CheckText(bytes));
  CsvReader reader(bytes);
  if (reader.done()) return Broken(1, "no line of column names");
  ASSIGN_OR_RETURN(const std::vector<std::string> columns, TakeColumns(reader));
  ListTable table;
  std::size_t size = 0;
  while (!reader.done()) {
    ASSIGN_OR_RETURN(std::vector<std::string> cells, reader.Take());
    if (cells.size() == 1 && cells.front().empty()) continue;
    ASSIGN_OR_RETURN(table.emplace_back(),
                     MakeRow(columns, std::move(cells), reader.line()));
    for (const auto& [name, cell] : table.back()) {
      size += name.size() + cell.size();
    }
    if (size > kTextBytesTotalMax || table.size() > kListedChoicesMax) {
      return absl::InvalidArgumentError(
          Concat({"line ", std::to_string(reader.line()),
                  ": more rows or text than the limit of ",
                  std::to_string(kListedChoicesMax), " rows and ",
                  std::to_string(kTextBytesTotalMax), " bytes"}));
    }
  }
  return table;
}

}  // namespace chasqui::xform
