#include "export/formats/spooled_writer.h"

#include <algorithm>

#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

using Kind = TypedColumn::Kind;

std::size_t DecimalsOf(std::string_view text) {
  const std::size_t point = text.find('.');
  return point == text.npos ? 0 : text.size() - point - 1;
}

}  // namespace

SpooledWriter::SpooledWriter(const TableSchema& schema,
                             const FormatLimits& limits)
    : schema_(schema),
      limits_(limits),
      names_(schema),
      typed_(TypedColumnsOf(schema, limits_.numbers, names_)),
      needs_(typed_.size()),
      spool_(schema) {}

absl::Status SpooledWriter::TooLarge(std::string_view what) const {
  return absl::InvalidArgumentError(
      StrCat("table ", schema_.name, ": ", what,
             "; take csv or parquet, which have no such limit"));
}

absl::Status SpooledWriter::Write(const Batch& batch) {
  if (batch.rows() > limits_.rows_max - spool_.rows()) {
    return TooLarge(StrCat("it has more than ", limits_.rows_max,
                           " rows, the limit of ", limits_.format));
  }
  RETURN_IF_ERROR(spool_.Append(batch));
  for (std::size_t column = 0; column < typed_.size(); ++column) {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      Note(batch, row, column);
    }
  }
  return absl::OkStatus();
}

void SpooledWriter::Note(const Batch& batch, std::size_t row,
                         std::size_t column) {
  const TypedColumn& typed = typed_[column];
  ColumnNeeds& needs = needs_[column];
  if (typed.kind == Kind::kText) {
    std::string_view rest = SpeltText(typed, batch, row);
    for (std::size_t piece = 0; !rest.empty(); ++piece) {
      const std::size_t bytes = Fitting(rest);
      CHECK(bytes > 0);
      if (piece == needs.bytes.size()) needs.bytes.push_back(0);
      needs.bytes[piece] = std::max(needs.bytes[piece], bytes);
      rest.remove_prefix(bytes);
    }
    needs.used = needs.used || !needs.bytes.empty();
    return;
  }
  const auto [number, told] = NumberAt(typed, limits_.numbers, batch, row);
  if (!number.has_value()) return;
  needs.least = needs.used ? std::min(needs.least, *number) : *number;
  needs.greatest = needs.used ? std::max(needs.greatest, *number) : *number;
  needs.used = true;
  if (typed.kind != Kind::kDecimal || !told) return;
  const auto text = FlatText(typed.flat, batch, row, text_);
  needs.decimals = std::max(needs.decimals, DecimalsOf(text.value_or("")));
}

std::string_view SpooledWriter::SpeltText(const TypedColumn& column,
                                          const Batch& batch, std::size_t row) {
  const auto text =
      TextAt(column, limits_.numbers, batch, row, text_).value_or("");
  return Spelt(text, spelt_);
}

TypedNumber SpooledWriter::Number(const FileColumn& column, const Batch& batch,
                                  std::size_t row) const {
  return NumberAt(*column.typed, limits_.numbers, batch, row);
}

std::string_view SpooledWriter::Text(const FileColumn& column,
                                     const Batch& batch, std::size_t row) {
  std::string_view rest = SpeltText(*column.typed, batch, row);
  for (std::size_t piece = 0; piece < column.piece && !rest.empty(); ++piece) {
    rest.remove_prefix(Fitting(rest));
  }
  return rest.empty() ? rest : rest.substr(0, Fitting(rest));
}

std::vector<FileColumn> SpooledWriter::FileColumns() {
  std::vector<FileColumn> columns;
  for (std::size_t i = 0; i < typed_.size(); ++i) {
    const TypedColumn& typed = typed_[i];
    if (typed.part == TypedColumn::Part::kExact && !needs_[i].used) continue;
    columns.push_back({&typed, &needs_[i], i, 0, typed.flat.name});
    for (std::size_t piece = 1; piece < needs_[i].bytes.size(); ++piece) {
      columns.push_back({&typed, &needs_[i], i, piece,
                         names_.Add(typed.flat.name, StrCat(piece + 1))});
    }
  }
  return columns;
}

absl::Status SpooledWriter::Close() {
  const std::vector<FileColumn> columns = FileColumns();
  if (columns.size() > limits_.columns_max) {
    return TooLarge(StrCat("it comes to ", columns.size(), " columns; ",
                           limits_.columns_max, " are the limit of ",
                           limits_.format));
  }
  return WriteFile(columns);
}

absl::Status SpooledWriter::ForEachRow(VisitRow visit) {
  return spool_.ForEach([&](const Batch& batch) -> absl::Status {
    for (std::size_t row = 0; row < batch.rows(); ++row) {
      RETURN_IF_ERROR(visit(batch, row));
    }
    return absl::OkStatus();
  });
}

std::size_t WholeCharacters(std::string_view text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text.size();
  std::size_t bytes = bytes_max;
  const auto continues = [&text](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  while (bytes > 0 && continues(bytes)) --bytes;
  return bytes;
}

}  // namespace chasqui::exporting
