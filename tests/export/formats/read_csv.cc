// A reader of CSV that knows quoted from not, and so empty from null.

#include <string_view>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "tests/export/formats/read_back.h"

namespace chasqui::exporting {
namespace {

// The next cell, which ends before a ',' or at the end of its line.
std::optional<std::string> TakeCell(std::string_view& rest) {
  if (!rest.starts_with('"')) {
    const std::size_t end = rest.find_first_of(",\r");
    CHECK(end != std::string_view::npos);
    const std::string cell(rest.substr(0, end));
    rest.remove_prefix(end);
    return cell.empty() ? std::nullopt : std::optional(cell);
  }
  std::string cell;
  for (rest.remove_prefix(1);; rest.remove_prefix(1)) {
    CHECK(!rest.empty());
    if (rest.starts_with("\"\"")) {
      rest.remove_prefix(1);
    } else if (rest.starts_with('"')) {
      rest.remove_prefix(1);
      return cell;
    }
    cell += rest.front();
  }
}

CellsOfRow TakeLine(std::string_view& rest) {
  CellsOfRow cells = {TakeCell(rest)};
  while (rest.starts_with(',')) {
    rest.remove_prefix(1);
    cells.push_back(TakeCell(rest));
  }
  CHECK(rest.starts_with("\r\n"));
  rest.remove_prefix(2);
  return cells;
}

// How many columns of a file a column of the table takes.
std::size_t WidthOf(const TableColumn& column) {
  if (column.type == ColumnType::kPoint) return 4;
  if (column.type != ColumnType::kChoices) return 1;
  return 1 + column.choices.size();
}

// That the columns of single choices say what the list of codes does.
void CheckOneByOne(const TableColumn& column, const CellsOfRow& cells) {
  for (std::size_t i = 0; i < column.choices.size(); ++i) {
    const std::optional<std::string>& ticked = cells[i + 1];
    if (!cells[0].has_value()) {
      EXPECT_EQ(ticked, std::nullopt);
      continue;
    }
    const std::string among = " " + *cells[0] + " ";
    const std::string code = " " + column.choices[i].code + " ";
    EXPECT_EQ(ticked, among.find(code) == std::string::npos ? "0" : "1");
  }
}

CellsOfRow CellsOf(const TableSchema& schema, const CellsOfRow& line) {
  CellsOfRow row;
  auto next = line.begin();
  for (const TableColumn& column : schema.columns) {
    const auto end = next + static_cast<std::ptrdiff_t>(WidthOf(column));
    const CellsOfRow cells(next, end);
    next = end;
    if (column.type == ColumnType::kChoices) CheckOneByOne(column, cells);
    if (column.type == ColumnType::kPoint && cells[0].has_value()) {
      row.emplace_back(JoinPoint(cells));
    } else {
      row.push_back(cells[0]);
    }
  }
  CHECK(next == line.end());
  return row;
}

}  // namespace

std::string JoinPoint(const CellsOfRow& parts) {
  std::string point;
  for (const std::optional<std::string>& part : parts) {
    if (!part.has_value()) break;
    if (!point.empty()) point += ' ';
    point += *part;
  }
  return point;
}

FileContents ReadCsv(const TableSchema& schema, const std::string& bytes) {
  FileContents contents;
  std::string_view rest = bytes;
  for (const std::optional<std::string>& name : TakeLine(rest)) {
    contents.columns.emplace_back(name.value_or(""), "");
  }
  while (!rest.empty()) {
    contents.rows.push_back(CellsOf(schema, TakeLine(rest)));
  }
  return contents;
}

}  // namespace chasqui::exporting
