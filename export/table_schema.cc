#include "export/table_schema.h"

#include <algorithm>
#include <array>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "export/cell_check.h"
#include "export/sha256.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/utf8.h"

namespace chasqui::exporting {
namespace {

constexpr std::array kKinds = {TableKind::kRecords, TableKind::kOfRecords,
                               TableKind::kLog, TableKind::kSnapshot};

struct Needed {
  std::string_view name;
  ColumnType type;
  std::vector<TableKind> by;
};

const std::vector<Needed>& NeededColumns() {
  static const auto& columns = *new std::vector<Needed>{
      {kIdColumn,
       ColumnType::kText,
       {TableKind::kRecords, TableKind::kOfRecords}},
      {kSeqColumn,
       ColumnType::kInteger,
       {TableKind::kRecords, TableKind::kLog}},
      {kLogColumn, ColumnType::kText, {TableKind::kLog}},
      {kIncrementColumn, ColumnType::kInteger, {kKinds.begin(), kKinds.end()}},
      {kDeletedColumn, ColumnType::kBoolean, {TableKind::kRecords}},
  };
  return columns;
}

bool IsPlain(std::string_view name) {
  return !name.empty() && name.size() <= kTableNameBytesMax &&
         name.front() != '.' && IsUtf8(name) &&
         std::none_of(name.begin(), name.end(), [](char c) {
           return c == '/' || c == '\\' || c == '"' || c == '\'' || c == '`' ||
                  absl::ascii_iscntrl(static_cast<unsigned char>(c));
         });
}

absl::Status CheckColumns(const TableSchema& table) {
  const auto refused = [&table](const std::string& why) {
    return absl::InvalidArgumentError(StrCat("table ", table.name, ": ", why));
  };
  RETURN_IF_ERROR(CheckSchema(table));
  for (const TableColumn& column : table.columns) {
    if (column.name.find('\0') != std::string::npos) {
      return refused("a column's name has a NUL in it");
    }
  }
  for (const Needed& needed : NeededColumns()) {
    if (std::find(needed.by.begin(), needed.by.end(), table.kind) ==
        needed.by.end()) {
      continue;
    }
    const auto found = FindColumn(table, needed.name);
    if (!found.has_value() || table.columns[*found].type != needed.type) {
      return refused(StrCat("its kind, ", ToText(table.kind),
                            ", takes a column ", needed.name, " of type ",
                            ToText(needed.type)));
    }
  }
  return absl::OkStatus();
}

}  // namespace

std::string_view ToText(TableKind kind) {
  switch (kind) {
    case TableKind::kRecords:
      return "records";
    case TableKind::kOfRecords:
      return "of_records";
    case TableKind::kLog:
      return "log";
    case TableKind::kSnapshot:
      return "snapshot";
  }
  return "unknown";
}

std::optional<TableKind> ParseTableKind(std::string_view text) {
  for (const TableKind kind : kKinds) {
    if (ToText(kind) == text) return kind;
  }
  return std::nullopt;
}

std::optional<ColumnType> ParseColumnType(std::string_view text) {
  for (auto n = static_cast<std::uint8_t>(ColumnType::kText);
       n <= static_cast<std::uint8_t>(ColumnType::kBoolean); ++n) {
    if (ToText(ColumnType{n}) == text) return ColumnType{n};
  }
  return std::nullopt;
}

std::optional<std::size_t> FindColumn(const TableSchema& table,
                                      std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (table.columns[i].name == name) return i;
  }
  return std::nullopt;
}

absl::Status CheckTables(const std::vector<TableSchema>& tables) {
  absl::flat_hash_set<std::string> names;
  for (const TableSchema& table : tables) {
    if (!IsPlain(table.name)) {
      return absl::InvalidArgumentError(
          StrCat("\"", table.name, "\" is no name of a table: it takes 1 to ",
                 kTableNameBytesMax,
                 " bytes of UTF-8 without quotes, slashes and control "
                 "characters, the first no dot"));
    }
    if (!names.insert(absl::AsciiStrToLower(table.name)).second) {
      return absl::InvalidArgumentError(
          StrCat("two tables are called ", table.name,
                 ", letters of either case being the same"));
    }
    RETURN_IF_ERROR(CheckColumns(table));
  }
  return absl::OkStatus();
}

std::string SchemaHash(const TableSchema& table) {
  Sha256 hash;
  const auto add = [&hash](std::string_view text) {
    hash.Add(text);
    hash.Add(std::string_view("\0", 1));
  };
  add(table.name);
  add(ToText(table.kind));
  for (const TableColumn& column : table.columns) {
    add(column.name);
    add(ToText(column.type));
  }
  return hash.Hex();
}

}  // namespace chasqui::exporting
