// Columns of a batch as arrays of Arrow.
//
// Arrays look into the columns they are made of, where they can, and copy only
// what Arrow has otherwise: they are good for as long as those stay as they
// are. REQUIRES, everywhere: CheckCells() of the batch is OK.

#ifndef CHASQUI_EXPORT_FORMATS_ARROW_ARRAYS_H_
#define CHASQUI_EXPORT_FORMATS_ARROW_ARRAYS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "export/batch.h"
#include "export/point_text.h"

namespace arrow {
class Array;
class DataType;
}  // namespace arrow

namespace chasqui::exporting {

using ArrowArray = std::shared_ptr<arrow::Array>;
using ArrowType = std::shared_ptr<arrow::DataType>;

// Decimals have so many digits, and so many of them after the point.
inline constexpr int kDecimalDigits = 38;
inline constexpr int kDecimalScale = 18;

ArrowArray IntegerArray(const ColumnData& column);
ArrowArray BooleanArray(const ColumnData& column);
ArrowArray DateArray(const ColumnData& column);
ArrowArray TimeArray(const ColumnData& column);
ArrowArray MomentArray(const ColumnData& column);
ArrowArray OffsetArray(const ColumnData& column);
ArrowArray TextArray(const ColumnData& column);
ArrowArray ListArray(const ColumnData& column);

// Numbers, null where one does not fit; and the text of those that do not.
struct ExactArrays {
  ArrowArray typed;
  ArrowArray exact;
};
ExactArrays DecimalArrays(const ColumnData& column);

// Geometries, null where there are none; the text of those that are not exact
// as well-known binary.
struct GeometryArrays {
  ArrowArray wkb;
  ArrowArray exact;
  bool flat = false;  // there are some without, and with, altitudes
  bool with_altitudes = false;
};
GeometryArrays ShapeArrays(ColumnType type, const ColumnData& column);
// Of points also their parts, which are looked at for whether they are exact.
struct PointArrays {
  GeometryArrays geometry;
  std::array<ArrowArray, kPointParts> parts;
};
PointArrays PointArraysOf(const ColumnData& column);

// The codes of one column, numbered: those of the column's choices, then others
// as they come. A code keeps its number.
class CodeNumbers {
 public:
  explicit CodeNumbers(const std::vector<ColumnChoice>& choices);

  ArrowArray ArrayOf(const ColumnData& column);
  // int32 numbers of UTF-8.
  static ArrowType type();

 private:
  std::int32_t NumberOf(std::string_view code);

  absl::flat_hash_map<std::string, std::int32_t> numbers_;
  ColumnData codes_;
  ArrowArray known_;  // what codes_ was when it had as many
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_ARROW_ARRAYS_H_
