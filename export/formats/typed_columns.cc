#include "export/formats/typed_columns.h"

#include <algorithm>
#include <charconv>
#include <system_error>
#include <utility>

#include "export/formats/wkb.h"
#include "export/point_text.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

using Kind = TypedColumn::Kind;
using Part = TypedColumn::Part;

// Stata has its largest numbers, of whatever type, for what is missing.
constexpr std::int32_t kCodeMin = -2'147'483'647;
constexpr std::int32_t kCodeMax = 2'147'483'620;
constexpr std::size_t kWholeDigitsMax = 300;

bool AreIntegers(const std::vector<ColumnChoice>& choices) {
  return !choices.empty() &&
         std::all_of(choices.begin(), choices.end(),
                     [](const ColumnChoice& choice) {
                       return IntegerCode(choice.code).has_value();
                     });
}

Kind KindOf(const TableColumn& column, FlatColumn::Part part) {
  if (part == FlatColumn::Part::kPointPart) return Kind::kDecimal;
  if (part == FlatColumn::Part::kOneChoice) return Kind::kInteger;
  switch (column.type) {
    case ColumnType::kInteger:
    case ColumnType::kBoolean:
      return Kind::kInteger;
    case ColumnType::kDecimal:
      return Kind::kDecimal;
    case ColumnType::kDate:
      return Kind::kDate;
    case ColumnType::kTime:
      return Kind::kTime;
    case ColumnType::kDateTime:
      return Kind::kDateTime;
    case ColumnType::kChoice:
      return AreIntegers(column.choices) ? Kind::kInteger : Kind::kText;
    default:
      return Kind::kText;
  }
}

bool MayNotTell(const TableColumn& column, Kind kind) {
  return column.type == ColumnType::kPoint ||
         (kind != Kind::kText && kind != Kind::kTime &&
          column.type != ColumnType::kBoolean);
}

TypedNumber OfInteger(std::int64_t number, const NumberRules& rules) {
  return {static_cast<double>(number),
          number >= -rules.integer_max && number <= rules.integer_max};
}

TypedNumber OfDecimal(std::string_view text) {
  const std::size_t whole = std::min(text.find('.'), text.size());
  if (whole > kWholeDigitsMax) return {std::nullopt, false};
  return {ToDouble(text), IsExactAsDouble(text)};
}

TypedNumber OfPartOfPoint(std::string_view text, std::size_t part) {
  const std::optional<PointText> point = ReadPoint(text);
  CHECK(point.has_value());
  if (point->parts[part].empty()) return {};
  return OfDecimal(point->parts[part]);
}

bool IsPointTold(std::string_view text) {
  const std::optional<PointText> point = ReadPoint(text);
  CHECK(point.has_value());
  return std::all_of(point->parts.begin(), point->parts.end(), IsExactAsDouble);
}

TypedNumber OfCode(std::string_view code) {
  const std::optional<std::int32_t> number = IntegerCode(code);
  if (!number.has_value()) return {std::nullopt, false};
  return {*number, true};
}

TypedNumber OfDay(std::int64_t day, double number, const NumberRules& rules) {
  if (day < rules.first_day) return {std::nullopt, false};
  return {number, true};
}

// REQUIRES: the cell is there, and numbers are what its column has.
TypedNumber OfWhole(ColumnType type, const NumberRules& rules,
                    const ColumnData& data, std::size_t row) {
  switch (type) {
    case ColumnType::kInteger:
      return OfInteger(data.numbers[row], rules);
    case ColumnType::kDecimal:
      return OfDecimal(data.TextAt(row));
    case ColumnType::kChoice:
      return OfCode(data.TextAt(row));
    case ColumnType::kDate:
      return OfDay(data.numbers[row], static_cast<double>(data.numbers[row]),
                   rules);
    case ColumnType::kDateTime: {
      const std::int32_t offset = data.offsets[row];
      const auto local =
          static_cast<double>(data.numbers[row] + offset * kMinuteMs);
      return OfDay(DayOf(data.numbers[row], offset), local, rules);
    }
    default:
      return {static_cast<double>(data.numbers[row]), true};
  }
}

bool IsTold(ColumnType type, const NumberRules& rules, const ColumnData& data,
            std::size_t row) {
  if (type == ColumnType::kPoint) return IsPointTold(data.TextAt(row));
  return OfWhole(type, rules, data, row).told;
}

// The columns of one table, as they come.
class NewColumns {
 public:
  NewColumns(const NumberRules& rules, DerivedNames& names)
      : rules_(rules), names_(names) {}

  void Add(const TableColumn& column, FlatColumn flat) {
    TypedColumn typed{.flat = std::move(flat)};
    typed.kind = KindOf(column, typed.flat.part);
    typed.coded =
        column.type == ColumnType::kChoice && typed.kind == Kind::kInteger;
    all_.push_back(std::move(typed));
  }

  // What a column has besides its value.
  void AddRest(const TableColumn& column, std::size_t number) {
    const Kind kind = KindOf(column, FlatColumn::Part::kWhole);
    if (kind == Kind::kTime || kind == Kind::kDateTime) {
      AddBeside(column, number, {Kind::kInteger, Part::kOffset}, "offset");
    }
    const bool text_code =
        column.type == ColumnType::kChoice && kind == Kind::kText;
    if (rules_.places && text_code && !column.choices.empty()) {
      AddBeside(column, number, {Kind::kInteger, Part::kPlace}, "label");
      for (std::size_t i = 0; i < column.choices.size(); ++i) {
        all_.back().places.emplace(column.choices[i].code, i + 1);
      }
    }
    if (rules_.exact && MayNotTell(column, kind)) {
      AddBeside(column, number, {Kind::kText, Part::kExact}, "exact");
    }
  }

  std::vector<TypedColumn> Take() { return std::move(all_); }

 private:
  struct What {
    Kind kind;
    Part part;
  };

  void AddBeside(const TableColumn& column, std::size_t number, What what,
                 std::string_view part) {
    FlatColumn flat{.name = names_.Add(column.name, part),
                    .label = column.label.empty()
                                 ? std::string(part)
                                 : StrCat(column.label, ": ", part),
                    .column = number};
    all_.push_back(
        {.flat = std::move(flat), .kind = what.kind, .part = what.part});
  }

  const NumberRules& rules_;
  DerivedNames& names_;
  std::vector<TypedColumn> all_;
};

}  // namespace

std::vector<TypedColumn> TypedColumnsOf(const TableSchema& schema,
                                        const NumberRules& rules,
                                        DerivedNames& names) {
  NewColumns columns(rules, names);
  std::vector<FlatColumn> flat = FlatColumnsOf(schema, names);
  for (std::size_t i = 0; i < flat.size(); ++i) {
    const std::size_t number = flat[i].column;
    const bool last = i + 1 == flat.size() || flat[i + 1].column != number;
    columns.Add(schema.columns[number], std::move(flat[i]));
    if (last) columns.AddRest(schema.columns[number], number);
  }
  return columns.Take();
}

std::optional<std::int32_t> IntegerCode(std::string_view code) {
  std::int32_t number = 0;
  const char* const end = code.data() + code.size();
  const auto read = std::from_chars(code.data(), end, number);
  const bool whole = read.ec == std::errc() && read.ptr == end;
  if (!whole || number < kCodeMin || number > kCodeMax) return std::nullopt;
  // "007" and "-0" are codes of their own.
  if (StrCat(number) != code) return std::nullopt;
  return number;
}

TypedNumber NumberAt(const TypedColumn& column, const NumberRules& rules,
                     const Batch& batch, std::size_t row) {
  const FlatColumn& flat = column.flat;
  const ColumnData& data = batch.columns()[flat.column];
  if (data.valid[row] == 0) return {};
  if (column.part == Part::kOffset) {
    if (data.offsets[row] == kNoOffset) return {};
    return {data.offsets[row], true};
  }
  if (column.part == Part::kPlace) {
    const auto place = column.places.find(AbslView(data.TextAt(row)));
    if (place == column.places.end()) return {};
    return {static_cast<double>(place->second), true};
  }
  if (flat.part == FlatColumn::Part::kPointPart) {
    return OfPartOfPoint(data.TextAt(row), flat.index);
  }
  if (flat.part == FlatColumn::Part::kOneChoice) {
    std::string scratch;
    return {FlatText(flat, batch, row, scratch) == "1" ? 1 : 0, true};
  }
  return OfWhole(batch.schema().columns[flat.column].type, rules, data, row);
}

std::optional<std::string_view> TextAt(const TypedColumn& column,
                                       const NumberRules& rules,
                                       const Batch& batch, std::size_t row,
                                       std::string& scratch) {
  const ColumnData& data = batch.columns()[column.flat.column];
  const bool needless =
      column.part == Part::kExact && data.valid[row] != 0 &&
      IsTold(batch.schema().columns[column.flat.column].type, rules, data, row);
  if (needless) return std::nullopt;
  return FlatText(column.flat, batch, row, scratch);
}

}  // namespace chasqui::exporting
