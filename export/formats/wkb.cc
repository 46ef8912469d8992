#include "export/formats/wkb.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstdint>

namespace chasqui::exporting {
namespace {

constexpr std::uint32_t kWithAltitude = 1'000;
// Every decimal of so many digits is the shortest of its double.
constexpr std::ptrdiff_t kExactDigits = 15;

void AppendUint32(std::uint32_t number, std::string& out) {
  for (int shift = 0; shift < 32; shift += 8) {
    out.push_back(static_cast<char>(number >> shift & 0xff));
  }
}

void AppendDouble(std::string_view decimal, std::string& out) {
  const auto bits = std::bit_cast<std::uint64_t>(ToDouble(decimal));
  for (int shift = 0; shift < 64; shift += 8) {
    out.push_back(static_cast<char>(bits >> shift & 0xff));
  }
}

std::uint32_t NumberOf(ColumnType type) {
  if (type == ColumnType::kPoint) return 1;
  return type == ColumnType::kLine ? 2 : 3;
}

}  // namespace

double ToDouble(std::string_view decimal) {
  double number = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), number);
  return number;
}

bool IsExactAsDouble(std::string_view decimal) {
  const auto digits = std::count_if(decimal.begin(), decimal.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  return digits <= kExactDigits;
}

bool HaveAltitudes(const std::vector<PointText>& points) {
  return std::all_of(points.begin(), points.end(), [](const PointText& point) {
    return !point.altitude().empty();
  });
}

bool IsExactAsWkb(const std::vector<PointText>& points) {
  const bool altitudes = HaveAltitudes(points);
  return std::all_of(points.begin(), points.end(),
                     [altitudes](const PointText& point) {
                       return point.altitude().empty() != altitudes &&
                              point.accuracy().empty() &&
                              std::all_of(point.parts.begin(),
                                          point.parts.end(), IsExactAsDouble);
                     });
}

std::string_view GeometryName(ColumnType type, bool altitudes) {
  switch (type) {
    case ColumnType::kPoint:
      return altitudes ? "Point Z" : "Point";
    case ColumnType::kLine:
      return altitudes ? "LineString Z" : "LineString";
    default:
      return altitudes ? "Polygon Z" : "Polygon";
  }
}

void AppendWkb(ColumnType type, const std::vector<PointText>& points,
               std::string& out) {
  const bool altitudes = HaveAltitudes(points);
  out.push_back(1);  // little-endian
  AppendUint32(NumberOf(type) + (altitudes ? kWithAltitude : 0), out);
  if (type == ColumnType::kArea) AppendUint32(1, out);  // one ring
  if (type != ColumnType::kPoint) {
    AppendUint32(static_cast<std::uint32_t>(points.size()), out);
  }
  for (const PointText& point : points) {
    AppendDouble(point.longitude(), out);
    AppendDouble(point.latitude(), out);
    if (altitudes) AppendDouble(point.altitude(), out);
  }
}

}  // namespace chasqui::exporting
