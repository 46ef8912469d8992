#include "sync/register_csv.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

absl::Status Broken(std::uint64_t line, std::string_view why) {
  return absl::InvalidArgumentError(StrCat("line ", line, ": ", why));
}

}  // namespace

CsvReader::CsvReader(std::string_view bytes) : rest_(bytes) {
  if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
    rest_.remove_prefix(kByteOrderMark.size());
  }
}

bool CsvReader::AtLineEnd() const {
  return rest_.empty() || rest_.front() == '\n' || rest_.substr(0, 2) == "\r\n";
}

void CsvReader::SkipLineEnd() {
  if (rest_.empty()) return;
  rest_.remove_prefix(rest_.front() == '\r' ? 2 : 1);
  ++line_;
}

absl::StatusOr<std::optional<CsvLine>> CsvReader::Next() {
  while (!rest_.empty() && AtLineEnd()) SkipLineEnd();
  if (rest_.empty()) return std::nullopt;
  CsvLine line;
  line.number = line_;
  while (true) {
    ASSIGN_OR_RETURN(std::string cell, ReadCell());
    line.cells.push_back(std::move(cell));
    if (AtLineEnd()) break;
    rest_.remove_prefix(1);  // the comma
  }
  SkipLineEnd();
  return line;
}

absl::StatusOr<std::string> CsvReader::ReadCell() {
  const std::uint64_t begins = line_;
  const bool quoted = !rest_.empty() && rest_.front() == '"';
  ASSIGN_OR_RETURN(std::string cell, quoted ? ReadQuoted() : ReadPlain());
  if (!IsUtf8(cell)) return Broken(begins, "bytes that are not UTF-8");
  return cell;
}

absl::StatusOr<std::string> CsvReader::ReadPlain() {
  std::size_t end = 0;
  while (end < rest_.size() && rest_[end] != ',' && rest_[end] != '\n' &&
         rest_.substr(end, 2) != "\r\n") {
    if (rest_[end] == '"') {
      return Broken(line_,
                    "a quote inside a cell that does not begin with one; "
                    "quote the whole cell and double the quotes in it");
    }
    ++end;
  }
  std::string cell(rest_.substr(0, end));
  rest_.remove_prefix(end);
  return cell;
}

absl::StatusOr<std::string> CsvReader::ReadQuoted() {
  const std::uint64_t opens = line_;
  std::string cell;
  rest_.remove_prefix(1);
  while (true) {
    const std::size_t quote = rest_.find('"');
    if (quote == std::string_view::npos) {
      return Broken(opens, "a quote opens here and is never closed");
    }
    const std::string_view run = rest_.substr(0, quote);
    cell.append(run);
    line_ +=
        static_cast<std::uint64_t>(std::count(run.begin(), run.end(), '\n'));
    rest_.remove_prefix(quote + 1);
    if (rest_.empty() || rest_.front() != '"') break;
    cell += '"';
    rest_.remove_prefix(1);
  }
  if (!AtLineEnd() && rest_.front() != ',') {
    return Broken(line_, "text after a closing quote");
  }
  return cell;
}

}  // namespace chasqui
