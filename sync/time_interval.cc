#include "sync/time_interval.h"

#include <algorithm>
#include <limits>

namespace chasqui {
namespace {

// a - b without overflow: claims of a device may be anything.
std::int64_t Less(std::int64_t a, std::int64_t b) {
  std::int64_t result = 0;
  if (!__builtin_sub_overflow(a, b, &result)) return result;
  return a < b ? std::numeric_limits<std::int64_t>::min()
               : std::numeric_limits<std::int64_t>::max();
}

}  // namespace

TimeInterval EstimateTime(const EditClock& edit, const Exchange& exchange,
                          std::int64_t base_ms, std::int64_t received_ms,
                          std::int64_t previous_ms,
                          const std::optional<TimeInterval>& told) {
  // (floor, ceiling]: the author had seen what came at base_ms, and the change
  // was there at received_ms. At least one millisecond wide.
  const std::int64_t ceiling = received_ms;
  const std::int64_t floor = std::min(base_ms, ceiling - 1);
  const auto clamp = [floor, ceiling](std::int64_t time) {
    return std::clamp(time, floor + 1, ceiling);
  };
  TimeInterval time{floor, ceiling, ceiling};
  if (told.has_value()) {
    time = {std::clamp(told->lo, floor, ceiling - 1), clamp(told->hi),
            clamp(told->at)};
  } else if (edit.boot != 0 && edit.boot == exchange.boot) {
    // Sent `age` after the edit was made, and received later: the edit was
    // made at `hi` at the latest, and earlier by no more than the way took.
    const std::int64_t age =
        std::max<std::int64_t>(Less(exchange.mono_ms, edit.mono_ms), 0);
    time.hi = clamp(Less(received_ms, age));
    time.at = time.hi;
    if (exchange.round_trip_ms > 0) {
      time.lo =
          std::clamp(Less(time.hi, exchange.round_trip_ms), floor, time.hi - 1);
    }
  } else {
    const std::int64_t age = Less(exchange.wall_ms, edit.wall_ms);
    time.at = clamp(Less(received_ms, age));
  }
  time.at = std::max(time.at, std::min(previous_ms, ceiling));
  time.hi = std::max(time.hi, time.at);
  time.lo = std::min(time.lo, time.at - 1);
  return time;
}

bool Overlap(const TimeInterval& a, const TimeInterval& b) {
  return a.lo < b.hi && b.lo < a.hi;
}

}  // namespace chasqui
