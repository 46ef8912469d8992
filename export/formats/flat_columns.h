// A table for formats that have neither lists nor geometries:
//
//   point                 PATH/latitude, PATH/longitude, PATH/altitude,
//                         PATH/accuracy: decimals as they are
//   choices               PATH: the codes, separated by spaces; and, for each
//                         choice, PATH/CODE: 1 or 0, null where nobody answered
//   everything else       PATH
//
// As text, a cell is what value_text.h makes of a value: dates, times and
// date-times ISO 8601, the latter two with their offset; booleans "true" and
// "false".

#ifndef CHASQUI_EXPORT_FORMATS_FLAT_COLUMNS_H_
#define CHASQUI_EXPORT_FORMATS_FLAT_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/batch.h"
#include "export/formats/derived_names.h"

namespace chasqui::exporting {

struct FlatColumn {
  enum class Part : std::uint8_t { kWhole, kPointPart, kOneChoice };

  std::string name;
  std::string label;       // empty: none
  std::size_t column = 0;  // of the table
  Part part = Part::kWhole;
  std::size_t index = 0;  // of the part of the point, or of the choice
};

// Names are unique in whatever case.
std::vector<FlatColumn> FlatColumnsOf(const TableSchema& schema);
// The same, for who has more columns to name. REQUIRES: `names` is new.
std::vector<FlatColumn> FlatColumnsOf(const TableSchema& schema,
                                      DerivedNames& names);

// The cell of `row` as text; nullopt: null. It lies in the batch or in
// `scratch`. REQUIRES: the batch is of the table, and CheckCells(batch) is OK.
std::optional<std::string_view> FlatText(const FlatColumn& column,
                                         const Batch& batch, std::size_t row,
                                         std::string& scratch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_FLAT_COLUMNS_H_
