#include "export/cell_check.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "absl/strings/ascii.h"
#include "export/point_text.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"
#include "sync/utf8.h"

namespace chasqui::exporting {
namespace {

constexpr std::int32_t kOffsetMax = 18 * 60;
constexpr std::int64_t kFirstDay = -719'528;  // 0000-01-01
constexpr std::int64_t kLastDay = 2'932'896;  // 9999-12-31

// Eight bytes at a time: most text of most tables is.
bool IsAscii(std::string_view bytes) {
  constexpr std::uint64_t kHighBits = 0x8080'8080'8080'8080;
  std::size_t i = 0;
  for (; bytes.size() - i >= sizeof(std::uint64_t); i += sizeof(kHighBits)) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + i, sizeof(word));
    if ((word & kHighBits) != 0) return false;
  }
  return std::all_of(
      bytes.begin() + static_cast<std::ptrdiff_t>(i), bytes.end(), [](char c) {
        return absl::ascii_isascii(static_cast<unsigned char>(c));
      });
}

bool IsDay(std::int64_t day) { return day >= kFirstDay && day <= kLastDay; }

bool IsOffset(std::int32_t offset) {
  return offset >= -kOffsetMax && offset <= kOffsetMax;
}

bool IsMoment(std::int64_t utc_ms, std::int32_t offset) {
  return IsOffset(offset) && utc_ms >= kFirstDay * kDayMs &&
         utc_ms < (kLastDay + 1) * kDayMs && IsDay(DayOf(utc_ms, offset));
}

// What is wrong with a cell that has a number; empty: nothing.
std::string_view WrongNumber(ColumnType type, const ColumnData& column,
                             std::size_t row) {
  const std::int64_t number = column.numbers[row];
  switch (type) {
    case ColumnType::kDate:
      return IsDay(number) ? "" : "no day of the years 0000 to 9999";
    case ColumnType::kTime:
      if (number < 0 || number >= kDayMs) return "no time of a day";
      return column.offsets[row] == kNoOffset || IsOffset(column.offsets[row])
                 ? ""
                 : "its offset is beyond 18 hours";
    case ColumnType::kDateTime:
      return IsMoment(number, column.offsets[row])
                 ? ""
                 : "no moment of the years 0000 to 9999";
    case ColumnType::kBoolean:
      return number == 0 || number == 1 ? "" : "neither true nor false";
    default:
      return "";
  }
}

std::string_view WrongText(ColumnType type, std::string_view text) {
  switch (type) {
    case ColumnType::kDecimal:
      return IsCanonicalDecimal(text) ? "" : "no decimal in its one spelling";
    case ColumnType::kPoint:
      return ReadPoint(text).has_value() ? "" : "no point";
    case ColumnType::kLine:
    case ColumnType::kArea:
      return ReadPoints(text).has_value() ? "" : "no points";
    default:
      return IsUtf8(text) ? "" : "not UTF-8";
  }
}

bool HasOnlyUtf8(ColumnType type) {
  return type == ColumnType::kText || type == ColumnType::kChoice ||
         type == ColumnType::kChoices || type == ColumnType::kAttachment;
}

struct Wrong {
  std::size_t row = 0;
  std::string_view what;
};

std::optional<Wrong> FirstWrongText(ColumnType type, const ColumnData& column) {
  if (HasOnlyUtf8(type) && IsAscii(column.bytes)) return std::nullopt;
  const bool listed = type == ColumnType::kChoices;
  std::size_t row = 0;
  for (std::size_t i = 0; i < column.ends.size(); ++i) {
    if (!listed) row = i;
    while (listed && i >= column.lists[row]) ++row;
    if (column.valid[row] == 0) continue;
    const std::string_view what = WrongText(type, column.TextAt(i));
    if (!what.empty()) return Wrong{row, what};
  }
  return std::nullopt;
}

std::optional<Wrong> FirstWrong(ColumnType type, const ColumnData& column) {
  if (type == ColumnType::kInteger) return std::nullopt;
  if (column.numbers.empty()) return FirstWrongText(type, column);
  for (std::size_t row = 0; row < column.numbers.size(); ++row) {
    if (column.valid[row] == 0) continue;
    const std::string_view what = WrongNumber(type, column, row);
    if (!what.empty()) return Wrong{row, what};
  }
  return std::nullopt;
}

absl::Status CheckChoices(const TableColumn& column) {
  std::set<std::string_view> codes;
  for (const ColumnChoice& choice : column.choices) {
    if (!IsUtf8(choice.code) || !IsUtf8(choice.label)) {
      return absl::InvalidArgumentError(
          StrCat("column ", column.name, ": a choice is not UTF-8"));
    }
    if (!codes.insert(choice.code).second) {
      return absl::InvalidArgumentError(StrCat(
          "column ", column.name, ": has choice ", choice.code, " twice"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSchema(const TableSchema& schema) {
  if (schema.columns.empty()) {
    return absl::InvalidArgumentError(
        StrCat("table ", schema.name, " has no columns"));
  }
  std::set<std::string> names;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const TableColumn& column = schema.columns[i];
    if (column.name.empty() || !IsUtf8(column.name) || !IsUtf8(column.label)) {
      return absl::InvalidArgumentError(
          StrCat("table ", schema.name, ", column ", i + 1,
                 ": its name is empty, or it or the label is not UTF-8"));
    }
    if (!names.insert(absl::AsciiStrToLower(column.name)).second) {
      return absl::InvalidArgumentError(
          StrCat("table ", schema.name, ": column ", column.name,
                 " is there twice, but for case"));
    }
    RETURN_IF_ERROR(CheckChoices(column));
  }
  return absl::OkStatus();
}

absl::Status CheckCells(const Batch& batch) {
  const TableSchema& schema = batch.schema();
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const std::optional<Wrong> wrong =
        FirstWrong(schema.columns[i].type, batch.columns()[i]);
    if (wrong.has_value()) {
      return absl::InvalidArgumentError(StrCat(
          "table ", schema.name, ", column ", schema.columns[i].name, ", row ",
          wrong->row + 1, " of ", batch.rows(), ": ", wrong->what));
    }
  }
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
