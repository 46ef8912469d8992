// Attached maps: the features of a GeoJSON file as rows of a list.

#ifndef CHASQUI_SYNC_FORM_GEOJSON_TABLE_H_
#define CHASQUI_SYNC_FORM_GEOJSON_TABLE_H_

#include <string_view>

#include "absl/status/statusor.h"
#include "sync/form/csv_table.h"

namespace chasqui::xform {

// Reads a FeatureCollection (RFC 7946). Each feature is a row: its properties
// that are text, numbers or true and false, each as written, and `id` if the
// feature has one and its properties have none. Geometries are left out: the
// map a person chooses from is not part of the answer. InvalidArgument, with
// the line, for anything else.
absl::StatusOr<ListTable> ReadGeoJsonTable(std::string_view bytes);

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_GEOJSON_TABLE_H_
