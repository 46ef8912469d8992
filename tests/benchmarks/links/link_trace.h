// What a link does over time: when it can carry how much each way, how long
// that takes, and how much of it is lost.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_TRACE_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_TRACE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// A moment at which the link carries up to `bytes`. What is not used of it is
// gone, as a radio's slots are.
struct Opportunity {
  std::int64_t at_us = 0;
  std::uint32_t bytes = 0;
};

// What else holds from a moment on.
struct Condition {
  std::int64_t from_us = 0;
  std::uint32_t delay_us = 0;  // each way
  std::uint32_t loss_ppm = 0;  // of packets; kAllLost while the link is cut
};

inline constexpr std::uint32_t kAllLost = 1'000'000;

// After `length_us` it begins again. No opportunities for a while: an outage,
// in which packets wait. All lost: a cut, in which they do not.
struct LinkTrace {
  std::string name;
  std::int64_t length_us = 0;
  std::vector<Opportunity> up;  // ascending, within the length
  std::vector<Opportunity> down;
  std::vector<Condition> conditions;  // ascending, the first from 0
};

// Bounds of what is read.
inline constexpr std::int64_t kTraceSecondsMax = 86'400;
inline constexpr std::size_t kOpportunitiesMax = 4'000'000;
inline constexpr std::uint32_t kDelayMsMax = 10'000;

// Delay and loss of recorded traces, which have none of their own.
struct Surroundings {
  std::uint32_t delay_ms = 0;  // each way
  double loss_percent = 0;
};

// All of these: InvalidArgument says which line is wrong, or that the link
// never carries anything, or which bound is passed.

// Ours. A line each for a stretch of time, `#` before comments:
//
//   SECONDS UP_KBIT DOWN_KBIT DELAY_MS LOSS_PERCENT
//
// Delay is each way. Rates are handed out every 10 ms, as a radio's are. A rate
// of 0 is an outage, a loss of 100 at any other rate a cut.
absl::StatusOr<LinkTrace> ReadStretches(std::string_view text);

// Mahimahi's (R. Netravali et al., "Mahimahi: Accurate Record-and-Replay for
// HTTP", USENIX ATC 2015): a line for each moment, in milliseconds, at which a
// packet of 1,500 bytes can go. One file each way.
absl::StatusOr<LinkTrace> ReadDeliveries(std::string_view up,
                                         std::string_view down,
                                         const Surroundings& around);

// "SECONDS MBIT_PER_S", as the logs of HSDPA downloads in Norway are passed on
// (H. Riiser et al., "Commute Path Bandwidth Traces from 3G Networks", MMSys
// 2013). Each line holds until the next. Up is at most the 384 kbit/s of a
// phone that has HSDPA but no HSUPA.
absl::StatusOr<LinkTrace> ReadRates(std::string_view text,
                                    const Surroundings& around);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_TRACE_H_
