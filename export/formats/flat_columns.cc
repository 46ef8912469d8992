#include "export/formats/flat_columns.h"

#include "export/point_text.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

std::string LabelOf(const TableColumn& column, std::string_view part) {
  return column.label.empty() ? std::string(part)
                              : StrCat(column.label, ": ", part);
}

void AddPointParts(const TableColumn& column, std::size_t number,
                   DerivedNames& names, std::vector<FlatColumn>& flat) {
  for (std::size_t i = 0; i < kPointParts; ++i) {
    const std::string_view part = kPointPartNames[i];
    flat.push_back({names.Add(column.name, part), LabelOf(column, part), number,
                    FlatColumn::Part::kPointPart, i});
  }
}

void AddOneChoices(const TableColumn& column, std::size_t number,
                   DerivedNames& names, std::vector<FlatColumn>& flat) {
  for (std::size_t i = 0; i < column.choices.size(); ++i) {
    const ColumnChoice& choice = column.choices[i];
    const std::string& said = choice.label.empty() ? choice.code : choice.label;
    flat.push_back({names.Add(column.name, choice.code), LabelOf(column, said),
                    number, FlatColumn::Part::kOneChoice, i});
  }
}

std::string_view PartOfPoint(std::string_view text, std::size_t part) {
  const std::optional<PointText> point = ReadPoint(text);
  CHECK(point.has_value());
  return point->parts[part];
}

std::string_view IsAmong(const ColumnData& data, std::size_t row,
                         std::string_view code) {
  for (std::size_t i = data.ListBegin(row); i < data.ListBegin(row + 1); ++i) {
    if (data.TextAt(i) == code) return "1";
  }
  return "0";
}

std::string CodesOf(const ColumnData& data, std::size_t row) {
  std::string codes;
  for (std::size_t i = data.ListBegin(row); i < data.ListBegin(row + 1); ++i) {
    if (i > data.ListBegin(row)) codes += ' ';
    codes += data.TextAt(i);
  }
  return codes;
}

std::string TimeText(const ColumnData& data, std::size_t row) {
  std::string text = FormatTimeOfDay(data.numbers[row]);
  if (data.offsets[row] != kNoOffset) text += FormatOffset(data.offsets[row]);
  return text;
}

std::string_view WholeText(ColumnType type, const ColumnData& data,
                           std::size_t row, std::string& scratch) {
  switch (type) {
    case ColumnType::kInteger:
      return scratch = StrCat(data.numbers[row]);
    case ColumnType::kDate:
      return scratch = FormatDay(data.numbers[row]);
    case ColumnType::kTime:
      return scratch = TimeText(data, row);
    case ColumnType::kDateTime:
      return scratch = FormatMoment(data.numbers[row], data.offsets[row]);
    case ColumnType::kBoolean:
      return data.numbers[row] != 0 ? "true" : "false";
    case ColumnType::kChoices:
      return scratch = CodesOf(data, row);
    default:
      return data.TextAt(row);
  }
}

}  // namespace

std::vector<FlatColumn> FlatColumnsOf(const TableSchema& schema) {
  DerivedNames names(schema);
  return FlatColumnsOf(schema, names);
}

std::vector<FlatColumn> FlatColumnsOf(const TableSchema& schema,
                                      DerivedNames& names) {
  std::vector<FlatColumn> flat;
  for (std::size_t i = 0; i < schema.columns.size(); ++i) {
    const TableColumn& column = schema.columns[i];
    if (column.type == ColumnType::kPoint) {
      AddPointParts(column, i, names, flat);
      continue;
    }
    flat.push_back({column.name, column.label, i});
    if (column.type == ColumnType::kChoices) {
      AddOneChoices(column, i, names, flat);
    }
  }
  return flat;
}

std::optional<std::string_view> FlatText(const FlatColumn& column,
                                         const Batch& batch, std::size_t row,
                                         std::string& scratch) {
  const TableColumn& of = batch.schema().columns[column.column];
  const ColumnData& data = batch.columns()[column.column];
  if (data.valid[row] == 0) return std::nullopt;
  switch (column.part) {
    case FlatColumn::Part::kOneChoice:
      return IsAmong(data, row, of.choices[column.index].code);
    case FlatColumn::Part::kPointPart: {
      const std::string_view part = PartOfPoint(data.TextAt(row), column.index);
      if (part.empty()) return std::nullopt;
      return part;
    }
    case FlatColumn::Part::kWhole:
      break;
  }
  return WholeText(of.type, data, row, scratch);
}

}  // namespace chasqui::exporting
