// Points, lines and areas as well-known binary (ISO 13249-3, OGC 06-103r4):
// longitude, latitude and, where every point has one, altitude, as doubles.

#ifndef CHASQUI_EXPORT_FORMATS_WKB_H_
#define CHASQUI_EXPORT_FORMATS_WKB_H_

#include <string>
#include <string_view>
#include <vector>

#include "export/batch.h"
#include "export/point_text.h"

namespace chasqui::exporting {

// The double next to a canonical decimal.
double ToDouble(std::string_view decimal);
// Whether it can be told from that double: whether it has so few digits that
// the shortest decimal of the double is the same again.
bool IsExactAsDouble(std::string_view decimal);

bool HaveAltitudes(const std::vector<PointText>& points);
// Whether the geometry says all that the points do: altitudes everywhere or
// nowhere, no accuracy, every number exact as a double.
bool IsExactAsWkb(const std::vector<PointText>& points);

// "Point", "LineString Z", …, as GeoParquet calls it.
// REQUIRES: `type` is kPoint, kLine or kArea.
std::string_view GeometryName(ColumnType type, bool altitudes);
// REQUIRES: as above; a point has one point.
void AppendWkb(ColumnType type, const std::vector<PointText>& points,
               std::string& out);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_WKB_H_
