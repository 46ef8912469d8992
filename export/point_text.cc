#include "export/point_text.h"

#include "sync/decimal.h"

namespace chasqui::exporting {
namespace {

// What stands before the first `separator`, which goes too; else all.
std::string_view TakePart(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return part;
}

}  // namespace

std::optional<PointText> ReadPoint(std::string_view text) {
  if (text.empty() || text.back() == ' ') return std::nullopt;
  PointText point;
  std::size_t parts = 0;
  while (!text.empty() && parts < kPointParts) {
    point.parts[parts] = TakePart(text, ' ');
    if (!IsCanonicalDecimal(point.parts[parts])) return std::nullopt;
    ++parts;
  }
  if (!text.empty() || parts < 2) return std::nullopt;
  return point;
}

std::optional<std::vector<PointText>> ReadPoints(std::string_view text) {
  if (text.empty() || text.back() == ';') return std::nullopt;
  std::vector<PointText> points;
  while (!text.empty()) {
    const std::optional<PointText> point = ReadPoint(TakePart(text, ';'));
    if (!point.has_value()) return std::nullopt;
    points.push_back(*point);
  }
  return points;
}

}  // namespace chasqui::exporting
