// A table as Arrow has it, and so Parquet and what goes over the wire:
//
//   text, attachment   PATH: utf8
//   integer, boolean   PATH: int64, bool
//   decimal            PATH: decimal128(38, 18)
//                      PATH/exact: utf8, the answers that do not fit, which
//                      PATH has as null
//   date               PATH: date32
//   time               PATH: time32(ms)
//                      PATH/offset: int32, minutes; null: none
//   date-time          PATH: timestamp(ms, UTC)
//                      PATH/offset: int32, minutes
//   point              PATH: binary, WKB
//                      PATH/latitude, PATH/longitude, PATH/altitude,
//                      PATH/accuracy: double
//                      PATH/exact: utf8, the answers of which a number has more
//                      digits than a double tells
//   line, area         PATH: binary, WKB; PATH/exact: utf8, the answers that
//                      have more than WKB says: accuracies, altitudes of some
//                      points alone, more digits
//   choice             PATH: dictionary(int32, utf8) of codes
//   choices            PATH: list<utf8> of codes
//
// What the form asks is metadata of each of them, "label". Every column can be
// null. Nothing is lost, and no number is rounded that is
// not there exactly besides.

#ifndef CHASQUI_EXPORT_FORMATS_ARROW_TABLE_H_
#define CHASQUI_EXPORT_FORMATS_ARROW_TABLE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "export/batch.h"
#include "export/formats/arrow_arrays.h"
#include "export/formats/geo_metadata.h"

namespace arrow {
class Schema;
}  // namespace arrow

namespace chasqui::exporting {

// Thread-compatible.
class ArrowTable {
 public:
  // REQUIRES: `schema` outlives this.
  explicit ArrowTable(const TableSchema& schema);

  const std::shared_ptr<arrow::Schema>& schema() const { return arrow_schema_; }

  // The arrays that column `number` of the table becomes, in the order of
  // schema(). They are good for as long as the batch stays as it is.
  // REQUIRES: the batch is of the table, and CheckCells(batch) is OK.
  std::vector<ArrowArray> ArraysOf(std::size_t number, const Batch& batch);

  // What "geo" is to be in a Parquet file of the arrays there were so far;
  // nullopt: the table has no geometries.
  std::optional<std::string> Geo() const;

 private:
  // What a column keeps from one batch to the next.
  struct Column {
    ColumnType type = ColumnType::kText;
    std::optional<CodeNumbers> codes;  // kChoice
    std::size_t geometry = 0;          // in geometries_: kPoint, kLine, kArea
  };

  std::vector<ArrowArray> PointColumns(const Column& column,
                                       const ColumnData& data);
  std::vector<ArrowArray> ShapeColumns(const Column& column,
                                       const ColumnData& data);
  void Note(const Column& column, const GeometryArrays& arrays);

  std::vector<Column> columns_;
  std::vector<GeometryColumn> geometries_;
  std::shared_ptr<arrow::Schema> arrow_schema_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_ARROW_TABLE_H_
