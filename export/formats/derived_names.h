// Names of the columns that one column becomes in a file.

#ifndef CHASQUI_EXPORT_FORMATS_DERIVED_NAMES_H_
#define CHASQUI_EXPORT_FORMATS_DERIVED_NAMES_H_

#include <set>
#include <string>
#include <string_view>

#include "export/batch.h"

namespace chasqui::exporting {

// Thread-compatible.
class DerivedNames {
 public:
  explicit DerivedNames(const TableSchema& schema);

  // "COLUMN/PART", or "COLUMN/PART#2" and so on if a column of the table, or an
  // earlier one of these, has that name, in whatever case.
  std::string Add(std::string_view column, std::string_view part);

 private:
  std::set<std::string> taken_;  // in lower case
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_DERIVED_NAMES_H_
