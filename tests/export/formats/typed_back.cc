#include "tests/export/formats/typed_back.h"

#include <charconv>
#include <cmath>
#include <string_view>

#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"

namespace chasqui::exporting {
namespace {

std::string ShortestDecimal(double number) {
  char text[32];
  const auto end = std::to_chars(text, text + sizeof(text), number).ptr;
  return *CanonicalDecimal({text, static_cast<std::size_t>(end - text)});
}

std::optional<std::string> TextOrNumber(const TypedBackCell& cell) {
  if (cell.number.has_value()) return ShortestDecimal(*cell.number);
  return cell.text;
}

// The cells of one row, taken one after the other.
class TypedBackReader {
 public:
  TypedBackReader(const std::vector<std::string>& names,
                  const TypedBackRow& row, const TypedUnits& units)
      : names_(names), row_(row), units_(units) {}

  std::optional<std::string> Take(const TableColumn& column) {
    switch (column.type) {
      case ColumnType::kPoint:
        return TakePoint(column);
      case ColumnType::kChoices:
        return TakeChoices(column);
      case ColumnType::kTime:
      case ColumnType::kDateTime:
        return TakeMoment(column);
      case ColumnType::kInteger:
      case ColumnType::kDecimal:
      case ColumnType::kBoolean:
      case ColumnType::kDate:
      case ColumnType::kChoice:
        return TakeValue(column);
      default:
        return TakeText().text;
    }
  }

  bool done() const { return at_ == row_.size(); }

 private:
  bool IsNext(std::string_view name) const {
    return at_ < names_.size() && names_[at_] == name;
  }

  const TypedBackCell& TakeCell() {
    CHECK(at_ < row_.size());
    return row_[at_++];
  }

  // With the cells that it goes on in.
  TypedBackCell TakeText() {
    const std::string name = names_[at_];
    TypedBackCell cell = TakeCell();
    for (int piece = 2; IsNext(name + "/" + std::to_string(piece)); ++piece) {
      const TypedBackCell& more = TakeCell();
      if (more.text.has_value()) *cell.text += *more.text;
    }
    return cell;
  }

  std::optional<std::string> TakeExact(const TableColumn& column) {
    if (IsNext(column.name + "/label")) TakeCell();
    if (!IsNext(column.name + "/exact")) return std::nullopt;
    return TakeText().text;
  }

  std::optional<std::string> TakeValue(const TableColumn& column) {
    const TypedBackCell cell = TakeText();
    std::optional<std::string> exact = TakeExact(column);
    if (exact.has_value() || cell.is_null()) return exact;
    if (cell.text.has_value()) return cell.text;
    if (column.type == ColumnType::kBoolean) {
      return *cell.number == 1 ? "true" : "false";
    }
    if (column.type == ColumnType::kDate) {
      return FormatDay(
          std::llround(*cell.number / units_.date - units_.first_day));
    }
    return ShortestDecimal(*cell.number);
  }

  std::optional<std::string> TakeMoment(const TableColumn& column) {
    const TypedBackCell cell = TakeText();
    const std::optional<double> offset = TakeCell().number;
    std::optional<std::string> exact = TakeExact(column);
    if (exact.has_value() || !cell.number.has_value()) {
      return exact.has_value() ? exact : cell.text;
    }
    const std::int64_t ms = std::llround(*cell.number / units_.time);
    const auto minutes = static_cast<std::int32_t>(offset.value_or(0));
    if (column.type == ColumnType::kTime) {
      return FormatTimeOfDay(ms) +
             (offset.has_value() ? FormatOffset(minutes) : "");
    }
    const auto first = static_cast<std::int64_t>(units_.first_day);
    return FormatMoment(ms - first * kDayMs - minutes * kMinuteMs, minutes);
  }

  std::optional<std::string> TakePoint(const TableColumn& column) {
    CellsOfRow parts;
    for (int i = 0; i < 4; ++i) parts.push_back(TextOrNumber(TakeCell()));
    std::optional<std::string> exact = TakeExact(column);
    if (exact.has_value() || !parts[0].has_value()) return exact;
    return JoinPoint(parts);
  }

  std::optional<std::string> TakeChoices(const TableColumn& column) {
    const std::optional<std::string> codes = TakeText().text;
    bool answered = codes.has_value();
    for (const ColumnChoice& choice : column.choices) {
      const std::optional<double> ticked = TakeCell().number;
      answered = answered || ticked.has_value();
      if (!ticked.has_value()) {
        EXPECT_EQ(codes, std::nullopt);
        continue;
      }
      const std::string among = " " + codes.value_or("") + " ";
      EXPECT_EQ(*ticked == 1,
                among.find(" " + choice.code + " ") != std::string::npos);
    }
    if (!answered) return std::nullopt;
    return codes.value_or("");
  }

  const std::vector<std::string>& names_;
  const TypedBackRow& row_;
  const TypedUnits& units_;
  std::size_t at_ = 0;
};

}  // namespace

CellsOfRow TypedBack(const TableSchema& schema,
                     const std::vector<std::string>& names,
                     const TypedBackRow& row, const TypedUnits& units) {
  CHECK(names.size() == row.size());
  TypedBackReader reader(names, row, units);
  CellsOfRow cells;
  for (const TableColumn& column : schema.columns) {
    cells.push_back(reader.Take(column));
  }
  EXPECT_TRUE(reader.done());
  return cells;
}

}  // namespace chasqui::exporting
