// A table for formats whose cells are numbers, all of them doubles, or texts:
//
//   integer          PATH: number
//   boolean          PATH: 1 or 0
//   decimal          PATH: number
//   date             PATH: days since 1970-01-01
//   time             PATH: ms of the day
//   date-time        PATH: ms since 1970 of the clock where it was said
//   the latter two   PATH/offset: minutes that this clock is ahead of UTC
//   point            PATH/latitude, PATH/longitude, PATH/altitude,
//                    PATH/accuracy: numbers
//   choice           PATH: where every code that the column knows is an
//                    integer, that; else the code, a text, and, for formats
//                    whose texts have no labels, PATH/label: its place among
//                    the column's choices, from 1
//   choices          PATH: the codes, a text; and PATH/CODE: 1 or 0
//   everything else  PATH: text, as flat_columns.h has it
//
//   PATH/exact       what was said, as text, of whatever the number does not
//                    tell: more than 15 digits, a code that is no integer, a
//                    date before those of the format

#ifndef CHASQUI_EXPORT_FORMATS_TYPED_COLUMNS_H_
#define CHASQUI_EXPORT_FORMATS_TYPED_COLUMNS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "export/batch.h"
#include "export/formats/flat_columns.h"

namespace chasqui::exporting {

// What a format's numbers tell.
struct NumberRules {
  std::int64_t integer_max = 0;  // beyond it, or its negative, they do not
  std::int64_t first_day = 0;    // before it there are no dates
  // Which columns there are besides.
  bool exact = true;
  bool places = false;
};

struct TypedColumn {
  enum class Kind : std::uint8_t {
    kText,
    kInteger,
    kDecimal,
    kDate,
    kTime,
    kDateTime
  };
  enum class Part : std::uint8_t { kValue, kOffset, kPlace, kExact };

  FlatColumn flat;  // whose name and label are this column's
  Kind kind = Kind::kText;
  Part part = Part::kValue;
  // Whether its numbers are codes of the table's column.
  bool coded = false;
  absl::flat_hash_map<std::string, std::size_t> places = {};  // kPlace
};

// Names are unique in whatever case; the table's own columns have theirs.
std::vector<TypedColumn> TypedColumnsOf(const TableSchema& schema,
                                        const NumberRules& rules,
                                        DerivedNames& names);

// A code that is an integer in its one spelling, of those that Stata's integers
// have as well.
std::optional<std::int32_t> IntegerCode(std::string_view code);

struct TypedNumber {
  std::optional<double> number = {};  // nullopt: none
  bool told = true;                   // whether that says all there is
};

// REQUIRES, of both: the batch is of the table, CheckCells(batch) is OK, and
// the column's kind is not kText, or is.
TypedNumber NumberAt(const TypedColumn& column, const NumberRules& rules,
                     const Batch& batch, std::size_t row);
std::optional<std::string_view> TextAt(const TypedColumn& column,
                                       const NumberRules& rules,
                                       const Batch& batch, std::size_t row,
                                       std::string& scratch);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_TYPED_COLUMNS_H_
