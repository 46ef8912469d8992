#include "sync/form/geojson_table.h"

#include <string>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/form/json.h"
#include "sync/form/limits.h"
#include "sync/form/strings.h"

namespace chasqui::xform {
namespace {

bool IsCell(const Json& value) {
  return value.kind == Json::Kind::kText || value.kind == Json::Kind::kNumber ||
         value.kind == Json::Kind::kWord;
}

absl::Status Broken(std::string_view what) {
  return absl::InvalidArgumentError(Concat({what, " (RFC 7946)"}));
}

}  // namespace

absl::StatusOr<ListTable> ReadGeoJsonTable(std::string_view bytes) {
  ASSIGN_OR_RETURN(const Json file, ParseJson(bytes));
  const Json* type = file.Get("type");
  const Json* features = file.Get("features");
  if (type == nullptr || type->text != "FeatureCollection" ||
      features == nullptr || features->kind != Json::Kind::kList) {
    return Broken("line 1: no FeatureCollection with features");
  }
  if (features->items.size() > kListedChoicesMax) {
    return Broken(Concat({"more features than the limit of ",
                          std::to_string(kListedChoicesMax)}));
  }
  ListTable table;
  for (const Json& feature : features->items) {
    ListRow& row = table.emplace_back();
    if (const Json* properties = feature.Get("properties")) {
      for (std::size_t i = 0; i < properties->keys.size(); ++i) {
        const Json& value = properties->items[i];
        if (IsCell(value)) row.emplace_back(properties->keys[i], value.text);
      }
    }
    const Json* id = feature.Get("id");
    if (id != nullptr && IsCell(*id) && CellOf(row, "id").empty()) {
      row.emplace_back("id", id->text);
    }
  }
  return table;
}

}  // namespace chasqui::xform
