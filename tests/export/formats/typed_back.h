// The way back from columns that are numbers or texts, as typed_columns.h has
// them, to what the table had.

#ifndef CHASQUI_TESTS_EXPORT_FORMATS_TYPED_BACK_H_
#define CHASQUI_TESTS_EXPORT_FORMATS_TYPED_BACK_H_

#include <optional>
#include <string>
#include <vector>

#include "export/batch.h"
#include "tests/export/formats/read_back.h"

namespace chasqui::exporting {

struct TypedBackCell {
  std::optional<double> number;
  std::optional<std::string> text;

  bool is_null() const { return !number.has_value() && !text.has_value(); }
};
using TypedBackRow = std::vector<TypedBackCell>;

// What a format's dates count: days since day `first`, `day` of them a day;
// moments likewise, `day` of them a day of time.
struct TypedUnits {
  double first_day = 0;  // 1970-01-01, in days of the format
  double date = 1;       // what a day is in dates
  double time = 1;       // what a ms is in times and moments
};

// `names` are the columns' names in full.
CellsOfRow TypedBack(const TableSchema& schema,
                     const std::vector<std::string>& names,
                     const TypedBackRow& row, const TypedUnits& units);

}  // namespace chasqui::exporting

#endif  // CHASQUI_TESTS_EXPORT_FORMATS_TYPED_BACK_H_
