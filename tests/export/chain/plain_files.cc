#include "tests/export/chain/plain_files.h"

#include <algorithm>
#include <cstdint>
#include <set>
#include <string_view>
#include <utility>

#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "export/chain/chain.h"
#include "export/table_schema.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

class PlainWriter final : public TableWriter {
 public:
  PlainWriter(const TableSchema& schema, Sink& sink)
      : schema_(schema), sink_(sink) {}

  absl::Status Write(const Batch& batch) override {
    std::string lines = TakeHead();
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      std::vector<std::string> cells;
      for (std::size_t i = 0; i < schema_.columns.size(); ++i) {
        cells.push_back(
            CellOf(schema_.columns[i].type, batch.columns()[i], row));
      }
      lines += StrCat(absl::StrJoin(cells, ","), "\n");
    }
    return sink_.Append(lines);
  }
  absl::Status Close() override { return sink_.Append(TakeHead()); }

 private:
  static std::string CellOf(ColumnType type, const ColumnData& column,
                            std::size_t row) {
    if (column.valid[row] == 0) return "";
    switch (type) {
      case ColumnType::kInteger:
        return StrCat(column.numbers[row]);
      case ColumnType::kBoolean:
        return column.numbers[row] == 1 ? "true" : "false";
      default:
        return std::string(column.TextAt(row));
    }
  }
  std::string TakeHead() {
    if (std::exchange(begun_, true)) return "";
    return StrCat(
        absl::StrJoin(schema_.columns, ",",
                      [](std::string* out, const TableColumn& column) {
                        *out += column.name;
                      }),
        "\n");
  }

  const TableSchema& schema_;
  Sink& sink_;
  bool begun_ = false;
};

std::vector<RowCells> RowsOf(const Folder& folder, const std::string& file) {
  std::vector<RowCells> rows;
  const absl::StatusOr<std::string> text = folder.Read(file);
  EXPECT_TRUE(text.ok()) << text.status();
  if (!text.ok()) return rows;
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n');
  const std::vector<std::string> names = absl::StrSplit(lines[0], ',');
  for (std::size_t i = 1; i + 1 < lines.size(); ++i) {
    const std::vector<std::string> cells = absl::StrSplit(lines[i], ',');
    RowCells& row = rows.emplace_back();
    for (std::size_t c = 0; c < names.size(); ++c) row[names[c]] = cells.at(c);
  }
  return rows;
}

std::uint64_t NumberIn(const RowCells& row, std::string_view column) {
  return std::stoull(row.at(std::string(column)));
}

bool WasCutOff(const RowCells& row, const std::vector<Restore>& restores) {
  return std::any_of(
      restores.begin(), restores.end(), [&row](const Restore& restore) {
        return NumberIn(row, kIncrementColumn) < restore.increment &&
               NumberIn(row, kSeqColumn) > restore.shared;
      });
}

// All rows of all files, by table.
TableRows RowsIn(const Chain& chain, const Folder& folder) {
  TableRows all;
  for (const Manifest& manifest : chain.increments) {
    for (const ExportedFile& file : manifest.files) {
      if (file.table.empty()) continue;
      const std::vector<RowCells> rows = RowsOf(folder, file.name);
      EXPECT_EQ(rows.size(), file.rows) << file.name;
      all[file.table].insert(all[file.table].end(), rows.begin(), rows.end());
    }
  }
  return all;
}

// Of each record, when its row came last; nowhere may it have two at once.
using LastIncrements = std::map<std::string, std::uint64_t>;
LastIncrements LastOf(const std::vector<TableSchema>& tables, TableRows& all) {
  LastIncrements last;
  std::set<std::pair<std::string, std::uint64_t>> seen;
  for (const TableSchema& table : tables) {
    if (table.kind != TableKind::kRecords) continue;
    for (const RowCells& row : all[table.name]) {
      const std::uint64_t increment = NumberIn(row, kIncrementColumn);
      EXPECT_TRUE(seen.insert({row.at("_id"), increment}).second)
          << row.at("_id") << " came twice in increment " << increment;
      last[row.at("_id")] = std::max(last[row.at("_id")], increment);
    }
  }
  return last;
}

// Whether the row is part of the present.
bool Stands(TableKind kind, const RowCells& row, const Chain& chain,
            const LastIncrements& last) {
  const std::uint64_t increment = NumberIn(row, kIncrementColumn);
  switch (kind) {
    case TableKind::kRecords:
      return last.at(row.at("_id")) == increment &&
             row.at("_deleted") != "true";
    case TableKind::kOfRecords:
      return last.at(row.at("_id")) == increment;
    case TableKind::kSnapshot:
      return increment == chain.last().so_far->increment;
    case TableKind::kLog:
      break;
  }
  return !WasCutOff(row, chain.last().so_far->restores);
}

}  // namespace

std::unique_ptr<TableWriter> NewPlainWriter(const TableSchema& schema,
                                            Sink& sink) {
  return std::make_unique<PlainWriter>(schema, sink);
}

TableRows PresentIn(const Folder& folder) {
  TableRows present;
  const absl::StatusOr<Chain> chain = ReadChain(folder);
  EXPECT_TRUE(chain.ok()) << chain.status();
  if (!chain.ok() || chain->empty()) return present;
  const std::vector<TableSchema>& tables = *chain->last().tables;
  TableRows all = RowsIn(*chain, folder);
  const LastIncrements last = LastOf(tables, all);
  for (const TableSchema& table : tables) {
    for (RowCells& row : all[table.name]) {
      if (!Stands(table.kind, row, *chain, last)) continue;
      row.erase(std::string(kIncrementColumn));
      present[table.name].push_back(std::move(row));
    }
  }
  for (auto& [name, rows] : present) std::sort(rows.begin(), rows.end());
  return present;
}

}  // namespace chasqui::exporting
