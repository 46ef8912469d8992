// What GeoParquet 1.1.0 keeps under "geo", by which QGIS, DuckDB and others
// take columns of well-known binary for geometries.

#ifndef CHASQUI_EXPORT_FORMATS_GEO_METADATA_H_
#define CHASQUI_EXPORT_FORMATS_GEO_METADATA_H_

#include <string>
#include <vector>

#include "export/batch.h"

namespace chasqui::exporting {

struct GeometryColumn {
  std::string name;
  ColumnType type = ColumnType::kPoint;
  // Whether there are geometries without and with altitudes.
  bool flat = false;
  bool with_altitudes = false;
};

// JSON; the first column is the primary one. Coordinates are longitude and
// latitude of WGS 84, which is what the format takes where nothing is said.
// REQUIRES: there is a column.
std::string GeoMetadata(const std::vector<GeometryColumn>& columns);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_GEO_METADATA_H_
