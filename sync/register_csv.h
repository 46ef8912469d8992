// Reads CSV line by line: RFC 4180, UTF-8.

#ifndef CHASQUI_SYNC_REGISTER_CSV_H_
#define CHASQUI_SYNC_REGISTER_CSV_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui {

struct CsvLine {
  std::uint64_t number = 0;  // of the first line of it in the file, from 1
  std::vector<std::string> cells;
};

// Lines may end in CRLF or LF, the last one in neither. A byte order mark is
// passed over, and so are empty lines. A quoted cell may span lines.
//
// Thread-compatible.
class CsvReader {
 public:
  // `bytes` must outlive this.
  explicit CsvReader(std::string_view bytes);

  // The next line that is not empty; nullopt at the end. InvalidArgument, with
  // the line, for what no CSV file has:
  //   bytes that are not UTF-8
  //   a quote in a cell that does not begin with one
  //   text after a closing quote
  //   a quote that is never closed; the line is that where it opens
  absl::StatusOr<std::optional<CsvLine>> Next();

 private:
  absl::StatusOr<std::string> ReadCell();
  absl::StatusOr<std::string> ReadQuoted();
  absl::StatusOr<std::string> ReadPlain();
  bool AtLineEnd() const;
  void SkipLineEnd();

  std::string_view rest_;
  std::uint64_t line_ = 1;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_REGISTER_CSV_H_
