// Points as answers have them: "lat lon[ alt[ accuracy]]", each a canonical
// decimal.

#ifndef CHASQUI_EXPORT_POINT_TEXT_H_
#define CHASQUI_EXPORT_POINT_TEXT_H_

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace chasqui::exporting {

inline constexpr std::size_t kPointParts = 4;
// How columns call the parts.
inline constexpr std::array<std::string_view, kPointParts> kPointPartNames = {
    "latitude", "longitude", "altitude", "accuracy"};

// Views into the text that was read. INVARIANT: latitude and longitude are
// there; of the others those that are not are empty.
struct PointText {
  std::array<std::string_view, kPointParts> parts;

  std::string_view latitude() const { return parts[0]; }
  std::string_view longitude() const { return parts[1]; }
  std::string_view altitude() const { return parts[2]; }
  std::string_view accuracy() const { return parts[3]; }
};

std::optional<PointText> ReadPoint(std::string_view text);
// Points separated by ';', at least one.
std::optional<std::vector<PointText>> ReadPoints(std::string_view text);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_POINT_TEXT_H_
