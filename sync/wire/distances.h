// Distances between times and positions, as they travel.

#ifndef CHASQUI_SYNC_WIRE_DISTANCES_H_
#define CHASQUI_SYNC_WIRE_DISTANCES_H_

#include <cstdint>

namespace chasqui::wire {

// These wrap: a peer may say anything, and what one end takes away the other
// adds again.
inline std::int64_t Less(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) -
                                   static_cast<std::uint64_t>(b));
}
inline std::int64_t Plus(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) +
                                   static_cast<std::uint64_t>(b));
}

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_DISTANCES_H_
