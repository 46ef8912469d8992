#include "export/chain/csv_redaction.h"

#include <algorithm>
#include <cstddef>

#include "export/chain/checked_read.h"
#include "export/chain/csv_rows.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::size_t kWrittenAtOnce = std::size_t{64} << 10;

std::vector<std::string> TextsOf(const CsvRow& row) {
  std::vector<std::string> texts;
  std::string scratch;
  for (const std::string_view cell : row.cells) {
    texts.emplace_back(CsvCellText(cell, scratch));
  }
  return texts;
}

// Calls `take` for each row but the first, which has the columns' names.
absl::Status ForEachRow(
    const StoredTable& table,
    absl::FunctionRef<absl::Status(const std::vector<std::string>& names,
                                   const CsvRow& head)>
        begin,
    CsvRows::TakeRow take) {
  CsvRows rows;
  std::size_t width = 0;
  const auto take_row = [&](const CsvRow& row) {
    if (width == 0) {
      width = row.cells.size();
      return begin(TextsOf(row), row);
    }
    if (row.cells.size() == width) return take(row);
    return absl::DataLossError(StrCat(table.place(), " has a row of ",
                                      row.cells.size(), " cells under ", width,
                                      " columns"));
  };
  RETURN_IF_ERROR(ReadChecked(
      table.folder, table.file,
      [&](std::string_view piece) { return rows.Add(piece, take_row); }));
  if (width > 0 && rows.Finish().ok()) return absl::OkStatus();
  return absl::DataLossError(StrCat(table.place(), " is no whole CSV"));
}

class Redactor {
 public:
  Redactor(const StoredTable& table, const Redaction& redaction, Sink* sink)
      : table_(table), redaction_(redaction), sink_(sink) {}

  absl::Status Begin(const std::vector<std::string>& names,
                     const CsvRow& head) {
    file_ = redaction_.ForFile(table_.schema, names);
    return Write(head, /*concerned=*/false);
  }
  absl::Status Take(const CsvRow& row) {
    const bool concerned =
        file_.concerns_any() &&
        redaction_.Concerns(file_, CsvCellText(row.cells[*file_.id], id_),
                            file_.path.has_value()
                                ? CsvCellText(row.cells[*file_.path], path_)
                                : "");
    return Write(row, concerned);
  }
  absl::Status Flush() {
    absl::Status written = absl::OkStatus();
    if (sink_ != nullptr) written = sink_->Append(out_);
    out_.clear();
    return written;
  }
  std::uint64_t gone() const { return gone_; }

 private:
  absl::Status Write(const CsvRow& row, bool concerned) {
    for (std::size_t i = 0; i < row.cells.size(); ++i) {
      if (i > 0) out_ += ',';
      const CellFate fate = concerned ? file_.fates[i] : CellFate::kStays;
      if (fate == CellFate::kStays) out_ += row.cells[i];
      if (fate == CellFate::kSaysErased) out_ += "true";
      if (fate == CellFate::kGoes && !row.cells[i].empty()) ++gone_;
    }
    out_ += row.end;
    return out_.size() < kWrittenAtOnce ? absl::OkStatus() : Flush();
  }

  const StoredTable& table_;
  const Redaction& redaction_;
  Sink* const sink_;
  FileRedaction file_;
  std::string out_;
  std::string id_;
  std::string path_;
  std::uint64_t gone_ = 0;
};

}  // namespace

absl::Status ReadCsvCells(const StoredTable& table,
                          const std::vector<std::string>& columns,
                          TakeCells take) {
  std::vector<std::size_t> places;
  std::vector<std::string> scratch(columns.size());
  TextCells cells(columns.size());
  return ForEachRow(
      table,
      [&](const std::vector<std::string>& names, const CsvRow&) {
        for (const std::string& column : columns) {
          const auto found = std::find(names.begin(), names.end(), column);
          if (found == names.end()) {
            return absl::DataLossError(
                StrCat(table.place(), " has no column ", column));
          }
          places.push_back(static_cast<std::size_t>(found - names.begin()));
        }
        return absl::OkStatus();
      },
      [&](const CsvRow& row) {
        for (std::size_t i = 0; i < places.size(); ++i) {
          const std::string_view cell = row.cells[places[i]];
          cells[i].reset();
          if (!cell.empty()) cells[i] = CsvCellText(cell, scratch[i]);
        }
        return take(cells);
      });
}

absl::StatusOr<std::uint64_t> RedactCsv(const StoredTable& table,
                                        const Redaction& redaction,
                                        Sink* sink) {
  Redactor redactor(table, redaction, sink);
  RETURN_IF_ERROR(ForEachRow(
      table,
      [&](const std::vector<std::string>& names, const CsvRow& head) {
        return redactor.Begin(names, head);
      },
      [&](const CsvRow& row) { return redactor.Take(row); }));
  RETURN_IF_ERROR(redactor.Flush());
  return redactor.gone();
}

}  // namespace chasqui::exporting
