#include "tests/benchmarks/census_csv.h"

#include <zstd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/register_csv.h"

namespace chasqui::benchmarks {
namespace {

using Mapping = std::map<std::string, MappedColumn, std::less<>>;

absl::Status Wrong(std::string_view path, std::string_view what) {
  return absl::InvalidArgumentError(StrCat(path, ": ", what));
}

absl::StatusOr<std::string> Unpacked(const std::string& path,
                                     const std::string& packed) {
  const std::unique_ptr<ZSTD_DCtx, std::size_t (*)(ZSTD_DCtx*)> context(
      ZSTD_createDCtx(), ZSTD_freeDCtx);
  std::string out;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer from{packed.data(), packed.size(), 0};
  std::size_t left = 1;
  while (from.pos < from.size) {
    ZSTD_outBuffer to{piece.data(), piece.size(), 0};
    left = ZSTD_decompressStream(context.get(), &to, &from);
    if (ZSTD_isError(left) != 0) {
      return Wrong(path, ZSTD_getErrorName(left));
    }
    out.append(piece, 0, to.pos);
  }
  if (left != 0) return Wrong(path, "it ends too early");
  return out;
}

// `a=x;b=y` as a map.
std::map<std::string, std::string, std::less<>> RecodeFrom(
    const std::string& text) {
  std::map<std::string, std::string, std::less<>> recode;
  for (const auto entry : absl::StrSplit(text, ';', absl::SkipEmpty())) {
    const std::vector<std::string> sides = absl::StrSplit(entry, '=');
    if (sides.size() == 2) recode[sides[0]] = sides[1];
  }
  return recode;
}

// The lines of the mapping for `year`, by column.
absl::StatusOr<Mapping> ReadMapping(const std::string& path,
                                    const std::string& year) {
  ASSIGN_OR_RETURN(const std::string bytes, ReadPacked(path));
  CsvReader reader(bytes);
  Mapping mapping;
  while (true) {
    ASSIGN_OR_RETURN(const std::optional<CsvLine> line, reader.Next());
    if (!line.has_value()) return mapping;
    constexpr std::size_t kCells = 7;
    if (line->cells.size() != kCells) {
      return Wrong(
          path, StrCat("line ", line->number, " has not ", kCells, " cells"));
    }
    if (line->cells[0] != year) continue;
    MappedColumn column;
    column.name = line->cells[1];
    column.path = line->cells[2];
    column.type = line->cells[3];
    column.spelling = line->cells[4];
    column.recode = RecodeFrom(line->cells[5]);
    mapping.emplace(column.name, column);
  }
}

// What `header` lacks of the mapping and has beside it; empty if nothing.
std::string Differences(const std::vector<std::string>& header,
                        const Mapping& mapping) {
  std::vector<std::string> missing;
  for (const auto& [name, column] : mapping) {
    if (std::find(header.begin(), header.end(), name) == header.end()) {
      missing.push_back(name);
    }
  }
  std::vector<std::string> unknown;
  for (const std::string& name : header) {
    if (!mapping.contains(name)) unknown.push_back(name);
  }
  std::string text;
  if (!missing.empty()) {
    text = StrCat("columns are missing: ", absl::StrJoin(missing, ", "));
  }
  if (!unknown.empty()) {
    text +=
        StrCat(text.empty() ? "" : "; ",
               "columns not in the mapping: ", absl::StrJoin(unknown, ", "));
  }
  return text;
}

// Six significant digits, as ratios are published.
std::string SixDigits(std::string_view cell) {
  char text[32];
  std::snprintf(text, sizeof text, "%.6g",
                std::strtod(std::string(cell).c_str(), nullptr));
  return text;
}

}  // namespace

absl::StatusOr<std::string> ReadPacked(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  if (!file || bytes.str().empty()) {
    return Wrong(path, "it cannot be read, or is empty");
  }
  constexpr std::string_view kPacked = ".zst";
  const bool packed =
      path.size() > kPacked.size() &&
      path.compare(path.size() - kPacked.size(), kPacked.size(), kPacked) == 0;
  return packed ? Unpacked(path, bytes.str()) : bytes.str();
}

std::string CanonicalText(const MappedColumn& column, std::string_view cell) {
  // How a release writes that a figure does not exist: a ratio to nothing.
  if (cell == "Inf" || cell == "-Inf" || cell == "NaN") return {};
  if (cell.empty()) return {};
  if (column.spelling == "number_6") return SixDigits(cell);
  if (column.spelling == "lower_case") {
    std::string lower(cell);
    for (char& c : lower) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return lower;
  }
  if (column.spelling == "recode") {
    const auto found = column.recode.find(cell);
    if (found != column.recode.end()) return found->second;
  }
  return std::string(cell);
}

absl::StatusOr<CensusCsv> CensusCsv::Read(const std::string& path,
                                          const std::string& mapping,
                                          const std::string& year) {
  CensusCsv csv;
  csv.path_ = path;
  ASSIGN_OR_RETURN(Mapping columns, ReadMapping(mapping, year));
  ASSIGN_OR_RETURN(csv.bytes_, ReadPacked(path));
  CsvReader reader(csv.bytes_);
  auto header = reader.Next();
  if (!header.ok()) return Wrong(path, StdView(header.status().message()));
  if (!header->has_value()) return Wrong(path, "it has no header");
  const std::string differences = Differences((*header)->cells, columns);
  if (!differences.empty()) {
    return Wrong(path, StrCat("it is no release of ", year, ": ", differences));
  }
  for (const std::string& name : (*header)->cells) {
    if (columns[name].type == "area") {
      csv.area_column_ = csv.columns_.size();
    }
    csv.columns_.push_back(columns[name]);
  }
  return csv;
}

absl::Status CensusCsv::EachRow(Visit visit) const {
  CsvReader reader(bytes_);
  bool header = true;
  while (true) {
    const auto line = reader.Next();
    if (!line.ok()) return Wrong(path_, StdView(line.status().message()));
    if (!line->has_value()) return absl::OkStatus();
    const std::vector<std::string>& cells = (*line)->cells;
    if (cells.size() != columns_.size()) {
      return Wrong(path_,
                   StrCat("line ", (*line)->number, " has ", cells.size(),
                          " cells, the header ", columns_.size()));
    }
    if (!std::exchange(header, false)) RETURN_IF_ERROR(visit(cells));
  }
}

}  // namespace chasqui::benchmarks
