// What a file has, cell by cell, whatever its format: as value_text.h writes
// values, lists of codes separated by spaces.

#ifndef CHASQUI_TESTS_EXPORT_FORMATS_READ_BACK_H_
#define CHASQUI_TESTS_EXPORT_FORMATS_READ_BACK_H_

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "export/batch.h"

namespace chasqui::exporting {

using CellsOfRow = std::vector<std::optional<std::string>>;

// A file as its format has it.
struct FileContents {
  // Names and, where the format has types, those.
  std::vector<std::pair<std::string, std::string>> columns;
  // Rows of the table: a cell for each column of the schema.
  std::vector<CellsOfRow> rows;
  std::vector<std::size_t> row_groups;          // Parquet: the rows of each
  std::map<std::string, std::string> metadata;  // Parquet
  // A workbook's cells that are numbers, and when it says it was made.
  std::size_t numbers = 0;
  std::string created;
  // Of Stata's and SPSS's variables, by the names that these have: what they
  // are called in full, what they ask, and what their values stand for.
  std::map<std::string, std::string> names;
  std::map<std::string, std::string> labels;
  std::map<std::string, std::map<std::string, std::string>> value_labels;
};

// Each ends the test where what it reads is no file of the format.
FileContents ReadCsv(const TableSchema& schema, const std::string& bytes);

// REQUIRES: the build has Arrow.
FileContents ReadParquet(const TableSchema& schema, const std::string& bytes);
FileContents ReadArrowStream(const TableSchema& schema,
                             const std::string& bytes);

// REQUIRES: the build has ReadStat; libxlsxwriter.
FileContents ReadStata(const TableSchema& schema, const std::string& bytes);
FileContents ReadSpss(const TableSchema& schema, const std::string& bytes);
FileContents ReadXlsx(const TableSchema& schema, const std::string& bytes);

// "lat lon[ alt[ accuracy]]" of those that are there.
std::string JoinPoint(const CellsOfRow& parts);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_FORMATS_READ_BACK_H_
