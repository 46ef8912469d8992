#include "export/formats/derived_names.h"

#include "absl/strings/ascii.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

DerivedNames::DerivedNames(const TableSchema& schema) {
  for (const TableColumn& column : schema.columns) {
    taken_.insert(absl::AsciiStrToLower(column.name));
  }
}

std::string DerivedNames::Add(std::string_view column, std::string_view part) {
  const std::string plain = StrCat(column, "/", part);
  std::string name = plain;
  for (int number = 2; !taken_.insert(absl::AsciiStrToLower(name)).second;
       ++number) {
    name = StrCat(plain, "#", number);
  }
  return name;
}

}  // namespace chasqui::exporting
