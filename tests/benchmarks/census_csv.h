// The published school census as a register of cells: which column of it
// answers which question, and how it spells the answer, is in the project's
// mapping.csv.

#ifndef CHASQUI_TESTS_BENCHMARKS_CENSUS_CSV_H_
#define CHASQUI_TESTS_BENCHMARKS_CENSUS_CSV_H_

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// The bytes of a file; of one that ends in .zst, what is packed in it.
// InvalidArgument, with the path, if it cannot be read.
absl::StatusOr<std::string> ReadPacked(const std::string& path);

// One line of the mapping.
struct MappedColumn {
  std::string name;
  std::string path;  // in the form; empty: the column is no field
  std::string type;  // "area" of the column that has the record's area
  std::string spelling;
  std::map<std::string, std::string, std::less<>> recode;
};

// The canonical text of a cell; empty if it is no answer.
std::string CanonicalText(const MappedColumn& column, std::string_view cell);

// Thread-compatible.
class CensusCsv {
 public:
  // A release with the columns that `mapping` (a file) has for `year`.
  // InvalidArgument says which columns are missing, or not in the mapping.
  static absl::StatusOr<CensusCsv> Read(const std::string& path,
                                        const std::string& mapping,
                                        const std::string& year);

  // In the order of the file's columns.
  const std::vector<MappedColumn>& columns() const { return columns_; }
  std::size_t area_column() const { return area_column_; }

  using Visit =
      absl::FunctionRef<absl::Status(const std::vector<std::string>& cells)>;
  // Visits every row; an error ends it and is returned.
  absl::Status EachRow(Visit visit) const;

 private:
  CensusCsv() = default;

  std::string path_;
  std::string bytes_;
  std::vector<MappedColumn> columns_;
  std::size_t area_column_ = 0;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_CENSUS_CSV_H_
