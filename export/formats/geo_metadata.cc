#include "export/formats/geo_metadata.h"

#include <string_view>

#include "absl/strings/str_format.h"
#include "export/formats/wkb.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

std::string InQuotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    if (static_cast<unsigned char>(c) < 0x20) {
      quoted += absl::StrFormat("\\u%04x", c);
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string TypesOf(const GeometryColumn& column) {
  std::string types;
  if (column.flat) types = InQuotes(GeometryName(column.type, false));
  if (column.with_altitudes) {
    if (!types.empty()) types += ",";
    types += InQuotes(GeometryName(column.type, true));
  }
  return types;
}

}  // namespace

std::string GeoMetadata(const std::vector<GeometryColumn>& columns) {
  CHECK(!columns.empty());
  std::string described;
  for (const GeometryColumn& column : columns) {
    if (!described.empty()) described += ",";
    described += StrCat(InQuotes(column.name),
                        R"(:{"encoding":"WKB","geometry_types":[)",
                        TypesOf(column), "]}");
  }
  return StrCat(R"({"version":"1.1.0","primary_column":)",
                InQuotes(columns[0].name), R"(,"columns":{)", described, "}}");
}

}  // namespace chasqui::exporting
