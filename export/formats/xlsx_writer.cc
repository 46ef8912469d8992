#include "export/formats/xlsx_writer.h"

#include <xlsxwriter.h>

#include <cerrno>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "export/durable_file.h"
#include "export/formats/spooled_writer.h"
#include "export/formats/temporary_file.h"
#include "export/formats/xlsx_check.h"
#include "export/formats/xlsx_text.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

using XlsxKind = TypedColumn::Kind;

constexpr std::size_t kXlsxPieceBytes = std::size_t{1} << 20;
// Excel's number of 1970-01-01.
constexpr double kXlsxDays = 25'569;
constexpr double kXlsxMomentWidth = 23;  // of a column, in characters
constexpr double kXlsxDateWidth = 12;

FormatLimits XlsxLimits() {
  return {.format = "XLSX",
          .rows_max = LXW_ROW_MAX - 1,
          .columns_max = LXW_COL_MAX,
          .numbers = {.integer_max = 999'999'999'999'999,
                      .first_day = DayOfDate(1900, 3, 1),
                      .exact = false}};
}

// A workbook of one sheet.
class Workbook {
 public:
  Workbook() : temporaries_(TemporaryDirectory()) {}
  ~Workbook() {
    if (workbook_ != nullptr) lxw_workbook_free(workbook_);
  }
  Workbook(const Workbook&) = delete;
  Workbook& operator=(const Workbook&) = delete;

  // Before the other calls.
  absl::Status Open(const std::string& path) {
    lxw_workbook_options options{};
    options.constant_memory = LXW_TRUE;
    options.tmpdir = temporaries_.data();
    workbook_ = workbook_new_opt(path.c_str(), &options);
    if (workbook_ != nullptr) {
      sheet_ = workbook_add_worksheet(workbook_, "data");
    }
    if (sheet_ == nullptr) return IoError(errno, "write to", temporaries_);
    // The same table is the same file, whenever.
    lxw_doc_properties properties{};
    properties.created = 1;
    workbook_set_properties(workbook_, &properties);
    worksheet_freeze_panes(sheet_, 1, 0);
    date_ = Format("yyyy-mm-dd");
    time_ = Format("hh:mm:ss.000");
    moment_ = Format("yyyy-mm-dd hh:mm:ss.000");
    return absl::OkStatus();
  }

  void SetWidth(lxw_col_t column, XlsxKind kind) {
    if (kind != XlsxKind::kDate && kind != XlsxKind::kDateTime) return;
    worksheet_set_column(
        sheet_, column, column,
        kind == XlsxKind::kDate ? kXlsxDateWidth : kXlsxMomentWidth, nullptr);
  }

  absl::Status Write(lxw_row_t row, lxw_col_t column, const std::string& text) {
    return StatusOf(
        worksheet_write_string(sheet_, row, column, text.c_str(), nullptr));
  }

  absl::Status Write(lxw_row_t row, lxw_col_t column, XlsxKind kind,
                     double number) {
    switch (kind) {
      case XlsxKind::kDate:
        return WriteNumber(row, column, number + kXlsxDays, date_);
      case XlsxKind::kTime:
        return WriteNumber(row, column, number / kDayMs, time_);
      case XlsxKind::kDateTime:
        return WriteNumber(row, column, kXlsxDays + number / kDayMs, moment_);
      default:
        return WriteNumber(row, column, number, nullptr);
    }
  }

  // A row without a cell would be none.
  absl::Status WriteEmptyRow(lxw_row_t row) {
    return StatusOf(worksheet_write_blank(sheet_, row, 0, date_));
  }

  absl::Status Close() {
    // What the library puts aside it does not look at.
    std::FILE* const rows = sheet_->optimize_tmpfile;
    if (std::fflush(rows) != 0 || std::ferror(rows) != 0) {
      return IoError(errno == 0 ? EIO : errno, "write to", temporaries_);
    }
    return StatusOf(workbook_close(std::exchange(workbook_, nullptr)));
  }

 private:
  lxw_format* Format(const char* format) {
    lxw_format* const made = workbook_add_format(workbook_);
    format_set_num_format(made, format);
    return made;
  }

  absl::Status WriteNumber(lxw_row_t row, lxw_col_t column, double number,
                           lxw_format* format) {
    return StatusOf(
        worksheet_write_number(sheet_, row, column, number, format));
  }

  absl::Status StatusOf(lxw_error error) const {
    if (error == LXW_NO_ERROR) return absl::OkStatus();
    if (errno == ENOSPC || errno == EDQUOT || errno == EFBIG) {
      return IoError(errno, "write to", temporaries_);
    }
    return absl::UnavailableError(StrCat("XLSX, in ", temporaries_, ": ",
                                         std::string(lxw_strerror(error))));
  }

  std::string temporaries_;
  lxw_workbook* workbook_ = nullptr;
  lxw_worksheet* sheet_ = nullptr;
  lxw_format* date_ = nullptr;
  lxw_format* time_ = nullptr;
  lxw_format* moment_ = nullptr;
};

class XlsxWriter final : public SpooledWriter {
 public:
  XlsxWriter(const TableSchema& schema, Sink& sink)
      : SpooledWriter(schema, XlsxLimits()), sink_(sink) {}

 private:
  std::string_view Spelt(std::string_view text,
                         std::string& scratch) const override {
    return XlsxText(text, scratch);
  }
  std::size_t Fitting(std::string_view spelt) const override {
    return XlsxFitting(spelt);
  }

  absl::Status WriteFile(const std::vector<FileColumn>& columns) override {
    ASSIGN_OR_RETURN(const std::unique_ptr<TemporaryFile> file,
                     TemporaryFile::Create());
    errno = 0;
    Workbook workbook;
    RETURN_IF_ERROR(workbook.Open(file->path()));
    RETURN_IF_ERROR(WriteNames(columns, workbook));
    lxw_row_t line = 0;
    RETURN_IF_ERROR(ForEachRow([&](const Batch& batch, std::size_t row) {
      return WriteRow(columns, batch, row, ++line, workbook);
    }));
    RETURN_IF_ERROR(workbook.Close());
    RETURN_IF_ERROR(CheckXlsx(file->path()));
    return ReadFilePieces(
        file->path(), ByteRange{}, kXlsxPieceBytes,
        [this](std::string_view piece) { return sink_.Append(piece); });
  }

  absl::Status WriteNames(const std::vector<FileColumn>& columns,
                          Workbook& workbook) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto number = static_cast<lxw_col_t>(i);
      workbook.SetWidth(number, columns[i].typed->kind);
      const std::string_view name = XlsxText(columns[i].name, scratch_);
      text_ = name.substr(0, XlsxFitting(name));
      RETURN_IF_ERROR(workbook.Write(0, number, text_));
    }
    return absl::OkStatus();
  }

  absl::Status WriteRow(const std::vector<FileColumn>& columns,
                        const Batch& batch, std::size_t row, lxw_row_t line,
                        Workbook& workbook) {
    bool empty = true;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const auto number = static_cast<lxw_col_t>(i);
      const FileColumn& column = columns[i];
      TypedNumber cell{.told = false};
      if (!column.is_text()) cell = Number(column, batch, row);
      if (cell.told && cell.number.has_value()) {
        empty = false;
        RETURN_IF_ERROR(
            workbook.Write(line, number, column.typed->kind, *cell.number));
      } else if (!cell.told) {
        text_ = Text(column, batch, row);
        if (text_.empty()) continue;
        empty = false;
        RETURN_IF_ERROR(workbook.Write(line, number, text_));
      }
    }
    return empty ? workbook.WriteEmptyRow(line) : absl::OkStatus();
  }

  Sink& sink_;
  std::string text_;
  std::string scratch_;
};

}  // namespace

bool HasXlsx() { return true; }

std::unique_ptr<TableWriter> NewXlsxWriter(const TableSchema& schema,
                                           Sink& sink) {
  return std::make_unique<XlsxWriter>(schema, sink);
}

}  // namespace chasqui::exporting
