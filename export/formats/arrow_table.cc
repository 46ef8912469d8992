#include "export/formats/arrow_table.h"

#include <string_view>
#include <utility>

#include "arrow/type.h"
#include "arrow/util/key_value_metadata.h"
#include "export/formats/derived_names.h"
#include "export/point_text.h"

namespace chasqui::exporting {
namespace {

struct Part {
  std::string_view name;  // empty: the column itself
  ArrowType type;
};

std::vector<Part> PartsOf(ColumnType type) {
  switch (type) {
    case ColumnType::kText:
    case ColumnType::kAttachment:
      return {{"", arrow::utf8()}};
    case ColumnType::kInteger:
      return {{"", arrow::int64()}};
    case ColumnType::kBoolean:
      return {{"", arrow::boolean()}};
    case ColumnType::kDecimal:
      return {{"", arrow::decimal128(kDecimalDigits, kDecimalScale)},
              {"exact", arrow::utf8()}};
    case ColumnType::kDate:
      return {{"", arrow::date32()}};
    case ColumnType::kTime:
      return {{"", arrow::time32(arrow::TimeUnit::MILLI)},
              {"offset", arrow::int32()}};
    case ColumnType::kDateTime:
      return {{"", arrow::timestamp(arrow::TimeUnit::MILLI, "UTC")},
              {"offset", arrow::int32()}};
    case ColumnType::kPoint: {
      std::vector<Part> parts = {{"", arrow::binary()}};
      for (const std::string_view name : kPointPartNames) {
        parts.push_back({name, arrow::float64()});
      }
      parts.push_back({"exact", arrow::utf8()});
      return parts;
    }
    case ColumnType::kLine:
    case ColumnType::kArea:
      return {{"", arrow::binary()}, {"exact", arrow::utf8()}};
    case ColumnType::kChoice:
      return {{"", CodeNumbers::type()}};
    case ColumnType::kChoices:
      return {{"", arrow::list(arrow::utf8())}};
  }
  return {};
}

std::shared_ptr<const arrow::KeyValueMetadata> LabelMetadata(
    const TableColumn& column) {
  if (column.label.empty()) return nullptr;
  return arrow::key_value_metadata({"label"}, {column.label});
}

bool IsGeometry(ColumnType type) {
  return type == ColumnType::kPoint || type == ColumnType::kLine ||
         type == ColumnType::kArea;
}

}  // namespace

ArrowTable::ArrowTable(const TableSchema& schema) {
  DerivedNames names(schema);
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const TableColumn& column : schema.columns) {
    for (const Part& part : PartsOf(column.type)) {
      fields.push_back(arrow::field(
          part.name.empty() ? column.name : names.Add(column.name, part.name),
          part.type, /*nullable=*/true, LabelMetadata(column)));
    }
    Column& kept = columns_.emplace_back();
    kept.type = column.type;
    if (column.type == ColumnType::kChoice) kept.codes.emplace(column.choices);
    if (IsGeometry(column.type)) {
      kept.geometry = geometries_.size();
      geometries_.push_back({.name = column.name, .type = column.type});
    }
  }
  arrow_schema_ = arrow::schema(std::move(fields));
}

void ArrowTable::Note(const Column& column, const GeometryArrays& arrays) {
  GeometryColumn& geometry = geometries_[column.geometry];
  geometry.flat = geometry.flat || arrays.flat;
  geometry.with_altitudes = geometry.with_altitudes || arrays.with_altitudes;
}

std::vector<ArrowArray> ArrowTable::PointColumns(const Column& column,
                                                 const ColumnData& data) {
  const PointArrays arrays = PointArraysOf(data);
  Note(column, arrays.geometry);
  std::vector<ArrowArray> all = {arrays.geometry.wkb};
  all.insert(all.end(), arrays.parts.begin(), arrays.parts.end());
  all.push_back(arrays.geometry.exact);
  return all;
}

std::vector<ArrowArray> ArrowTable::ShapeColumns(const Column& column,
                                                 const ColumnData& data) {
  const GeometryArrays arrays = ShapeArrays(column.type, data);
  Note(column, arrays);
  return {arrays.wkb, arrays.exact};
}

std::vector<ArrowArray> ArrowTable::ArraysOf(std::size_t number,
                                             const Batch& batch) {
  Column& column = columns_[number];
  const ColumnData& data = batch.columns()[number];
  switch (column.type) {
    case ColumnType::kText:
    case ColumnType::kAttachment:
      return {TextArray(data)};
    case ColumnType::kInteger:
      return {IntegerArray(data)};
    case ColumnType::kBoolean:
      return {BooleanArray(data)};
    case ColumnType::kDecimal: {
      ExactArrays arrays = DecimalArrays(data);
      return {std::move(arrays.typed), std::move(arrays.exact)};
    }
    case ColumnType::kDate:
      return {DateArray(data)};
    case ColumnType::kTime:
      return {TimeArray(data), OffsetArray(data)};
    case ColumnType::kDateTime:
      return {MomentArray(data), OffsetArray(data)};
    case ColumnType::kPoint:
      return PointColumns(column, data);
    case ColumnType::kLine:
    case ColumnType::kArea:
      return ShapeColumns(column, data);
    case ColumnType::kChoice:
      return {column.codes->ArrayOf(data)};
    case ColumnType::kChoices:
      return {ListArray(data)};
  }
  return {};
}

std::optional<std::string> ArrowTable::Geo() const {
  if (geometries_.empty()) return std::nullopt;
  return GeoMetadata(geometries_);
}

}  // namespace chasqui::exporting
