// CSV, row by row, as it comes in pieces.

#ifndef CHASQUI_EXPORT_CHAIN_CSV_ROWS_H_
#define CHASQUI_EXPORT_CHAIN_CSV_ROWS_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"

namespace chasqui::exporting {

// Cells as they stand in the file, with their quotes; nothing at all is null.
struct CsvRow {
  std::vector<std::string_view> cells;
  std::string_view end;  // of its line: "\r\n" or "\n"
};

// Holds the row whose end has not come. Thread-compatible.
class CsvRows {
 public:
  using TakeRow = absl::FunctionRef<absl::Status(const CsvRow&)>;

  // Hands on the rows that end in `bytes`. Ends with the first error of `take`.
  absl::Status Add(std::string_view bytes, TakeRow take);
  // DataLoss if there is more than whole rows.
  absl::Status Finish() const;

 private:
  absl::Status Give(TakeRow take);

  std::string row_;  // up to where it was looked at
  bool quoted_ = false;
  std::vector<std::size_t> commas_;  // those in row_ that part its cells
};

// What a cell says. It lies in the cell or in `scratch`.
std::string_view CsvCellText(std::string_view cell, std::string& scratch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_CSV_ROWS_H_
