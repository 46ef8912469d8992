// A part of a file.

#ifndef CHASQUI_EXPORT_BYTE_RANGE_H_
#define CHASQUI_EXPORT_BYTE_RANGE_H_

#include <cstdint>
#include <limits>

namespace chasqui::exporting {

// As much of it as the file has.
struct ByteRange {
  std::uint64_t begin = 0;
  std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_BYTE_RANGE_H_
