#include "sync/area_tree.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/geojson_table.h"
#include "sync/register_csv.h"
#include "sync/utf8.h"

namespace chasqui {
namespace {

// A line of the list, with where it is: "line 7" or "feature 7".
struct Listed {
  std::string where;
  std::map<std::string, std::string> cells;
};
struct List {
  std::vector<Listed> lines;
  std::vector<std::string> columns;  // of any line
};

absl::StatusOr<List> ReadCsvList(std::string_view bytes) {
  CsvReader reader(bytes);
  ASSIGN_OR_RETURN(const auto head, reader.Next());
  List list;
  if (!head.has_value()) return list;
  list.columns = head->cells;
  while (true) {
    ASSIGN_OR_RETURN(const auto line, reader.Next());
    if (!line.has_value()) return list;
    Listed& listed = list.lines.emplace_back();
    listed.where = StrCat("line ", line->number);
    if (line->cells.size() != list.columns.size()) {
      return absl::InvalidArgumentError(
          StrCat(listed.where, " has ", line->cells.size(), " cells, the head ",
                 list.columns.size()));
    }
    for (std::size_t i = 0; i < list.columns.size(); ++i) {
      listed.cells.emplace(list.columns[i], line->cells[i]);
    }
  }
}

absl::StatusOr<List> ReadMapList(std::string_view bytes) {
  ASSIGN_OR_RETURN(const xform::ListTable table,
                   xform::ReadGeoJsonTable(bytes));
  List list;
  std::map<std::string, std::size_t> columns;
  for (const xform::ListRow& row : table) {
    Listed& listed = list.lines.emplace_back();
    listed.where = StrCat("feature ", list.lines.size());
    for (const auto& [column, cell] : row) {
      listed.cells.emplace(column, cell);
      ++columns[column];
    }
  }
  for (const auto& [column, count] : columns) list.columns.push_back(column);
  return list;
}

absl::StatusOr<List> ReadList(std::string_view bytes) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (bytes.starts_with(kByteOrderMark)) {
    bytes.remove_prefix(kByteOrderMark.size());
  }
  const std::size_t first = bytes.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && bytes[first] == '{'
             ? ReadMapList(bytes)
             : ReadCsvList(bytes);
}

absl::Status CheckColumns(const AreaColumns& columns, const List& list) {
  std::vector<std::string> wanted = {columns.code, columns.name,
                                     columns.parent};
  if (!columns.levels.empty()) wanted.clear();
  for (const AreaColumns::Level& level : columns.levels) {
    wanted.push_back(level.code);
    wanted.push_back(level.name);
  }
  wanted.push_back(columns.target);
  for (const std::string& column : wanted) {
    if (column.empty() || std::find(list.columns.begin(), list.columns.end(),
                                    column) != list.columns.end()) {
      continue;
    }
    std::string there;
    for (const std::string& each : list.columns) {
      there += StrCat(there.empty() ? "" : ", ", each);
    }
    return absl::InvalidArgumentError(StrCat("there is no column \"", column,
                                             "\"; the columns are: ", there));
  }
  return absl::OkStatus();
}

// Whether a code may have what begins at `at`: two bytes from 0xc2 to 0xa0 are
// the C1 controls and the no-break space.
bool IsGoodInCode(std::string_view cell, std::size_t at) {
  const auto byte = static_cast<unsigned char>(cell[at]);
  if (byte < 0x80) return IsName(StrCat("x", std::string(1, cell[at])));
  return byte != 0xc2 || at + 1 == cell.size() ||
         static_cast<unsigned char>(cell[at + 1]) > 0xa0;
}

std::string CodeOf(std::string_view cell) {
  std::string code;
  for (std::size_t at = 0; at < cell.size(); ++at) {
    const bool good = IsGoodInCode(cell, at);
    code.push_back(good ? cell[at] : '_');
    if (!good && static_cast<unsigned char>(cell[at]) == 0xc2) ++at;
  }
  return code;
}

// Gathers areas, and what is wrong with them.
class Gathering {
 public:
  explicit Gathering(const AreaColumns& columns) : columns_(columns) {}

  void Add(const Listed& line) {
    if (columns_.levels.empty()) {
      AddArea(line, Cell(line, columns_.code), Cell(line, columns_.name),
              CodeOf(Cell(line, columns_.parent)), TargetOf(line));
      return;
    }
    std::string parent;
    for (const AreaColumns::Level& level : columns_.levels) {
      const std::string code = Cell(line, level.code);
      const bool lowest = &level == &columns_.levels.back();
      AddArea(line, code, Cell(line, level.name), parent,
              lowest ? TargetOf(line) : 0);
      parent = CodeOf(code);
    }
  }

  absl::StatusOr<std::vector<Area>> InOrder() {
    for (const Found& found : areas_) {
      const std::string& parent = found.area.parent;
      if (!parent.empty() && !places_.contains(parent)) {
        Fault(found.where, StrCat("area ", found.area.code, " lies in ", parent,
                                  ", which is not in the list"));
      }
    }
    std::vector<Area> ordered;
    if (faults_ == 0) {
      for (std::size_t i = 0; i < areas_.size(); ++i) Place(i, ordered);
    }
    if (areas_.size() > kAreasMax) {
      return absl::InvalidArgumentError(StrCat(
          "there are ", areas_.size(), " areas; the limit is ", kAreasMax));
    }
    if (faults_ == 0) return ordered;
    if (faults_ > kAreaFaultsMax) {
      told_ += StrCat("\n  and ", faults_ - kAreaFaultsMax, " more");
    }
    return absl::InvalidArgumentError(told_.substr(1));
  }

 private:
  struct Found {
    Area area;
    std::string where;
    bool placed = false;
    bool open = false;  // its parents are being placed
  };

  static std::string Cell(const Listed& line, const std::string& column) {
    const auto cell = line.cells.find(column);
    if (cell == line.cells.end()) return {};
    return std::string(
        absl::StripAsciiWhitespace(AbslView(std::string_view(cell->second))));
  }

  void Fault(const std::string& where, const std::string& what) {
    if (++faults_ > kAreaFaultsMax) return;
    told_ += StrCat("\n  ", where, ": ", what);
  }

  void AddArea(const Listed& line, const std::string& cell,
               const std::string& name, const std::string& parent,
               std::uint32_t target) {
    Area area{CodeOf(cell), name.empty() ? cell : name, parent, target};
    if (!IsName(area.code) || area.name.size() > kTitleBytesMax ||
        !IsUtf8(area.name)) {
      return Fault(line.where, StrCat("\"", cell,
                                      "\" can be no area's code: it must have "
                                      "1 to 64 bytes, and a name of at most "
                                      "1,024, in UTF-8"));
    }
    const auto [place, fresh] = places_.try_emplace(area.code, areas_.size());
    if (fresh) {
      areas_.push_back({std::move(area), line.where, false, false});
      return;
    }
    const Found& before = areas_[place->second];
    if (before.area == area) return;
    if (before.area.parent != area.parent) {
      return Contradiction(line, before, "lies in", area.parent,
                           before.area.parent);
    }
    if (before.area.name != area.name) {
      return Contradiction(line, before, "is named", area.name,
                           before.area.name);
    }
    Contradiction(line, before, "has target", StrCat(area.target),
                  StrCat(before.area.target));
  }

  void Contradiction(const Listed& line, const Found& before,
                     std::string_view what, const std::string& now,
                     const std::string& then) {
    Fault(line.where, StrCat("area ", before.area.code, " ", what, " \"", now,
                             "\", and at ", before.where, " \"", then, "\""));
  }

  std::uint32_t TargetOf(const Listed& line) {
    const std::string cell = Cell(line, columns_.target);
    std::uint32_t target = 0;
    if (!cell.empty() && !absl::SimpleAtoi(cell, &target)) {
      Fault(line.where, StrCat("\"", cell, "\" is no target: a number, up to ",
                               std::numeric_limits<std::uint32_t>::max()));
    }
    return target;
  }

  // Its parents, then itself. Goes up as deep as the tree is: no further than
  // there are areas, and not by calls, since a list may be a chain of them.
  void Place(std::size_t at, std::vector<Area>& ordered) {
    std::vector<std::size_t> path;
    for (std::optional<std::size_t> i = at;
         i.has_value() && !areas_[*i].placed;) {
      Found& found = areas_[*i];
      if (found.open) {
        Fault(found.where, StrCat("area ", found.area.code,
                                  " lies in itself, by way of what it lies "
                                  "in"));
        break;
      }
      found.open = true;
      path.push_back(*i);
      const auto parent = places_.find(found.area.parent);
      i = parent == places_.end() ? std::nullopt
                                  : std::optional(parent->second);
    }
    for (; !path.empty(); path.pop_back()) {
      Found& found = areas_[path.back()];
      found.placed = true;
      ordered.push_back(found.area);
    }
  }

  const AreaColumns& columns_;
  std::vector<Found> areas_;
  std::map<std::string, std::size_t> places_;  // by code
  std::size_t faults_ = 0;
  std::string told_;
};

}  // namespace

absl::StatusOr<std::vector<Area>> ReadAreas(std::string_view bytes,
                                            const AreaColumns& columns) {
  ASSIGN_OR_RETURN(const List list, ReadList(bytes));
  RETURN_IF_ERROR(CheckColumns(columns, list));
  Gathering gathering(columns);
  for (const Listed& line : list.lines) gathering.Add(line);
  return gathering.InOrder();
}

}  // namespace chasqui
