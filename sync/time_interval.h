// Time without trusting clocks (rules 6).

#ifndef CHASQUI_SYNC_TIME_INTERVAL_H_
#define CHASQUI_SYNC_TIME_INTERVAL_H_

#include <cstdint>
#include <optional>

#include "sync/change.h"
#include "sync/entry.h"

namespace chasqui {

// When the edit was made whose author had seen everything up to `base_ms`
// (server time of the highest base) and which arrived at `received_ms`:
//
//   told before a restore        that, clamped into (base_ms, received_ms]
//   same boot as the exchange    received - (exchange.mono - edit.mono), and
//                                the interval no wider than the round trip
//   otherwise                    the device's wall clock, corrected by the
//                                offset measured at the exchange, clamped
//
// `at` is never below `previous_ms`, the time of the change before it in its
// chain; `lo < at <= hi` holds always. No claim of a device, however wild,
// moves it out of (base_ms, received_ms]; where base_ms is not below
// received_ms, out of the millisecond before that.
TimeInterval EstimateTime(const EditClock& edit, const Exchange& exchange,
                          std::int64_t base_ms, std::int64_t received_ms,
                          std::int64_t previous_ms,
                          const std::optional<TimeInterval>& told);

// Whether the two edits may have been made in either order.
bool Overlap(const TimeInterval& a, const TimeInterval& b);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_TIME_INTERVAL_H_
