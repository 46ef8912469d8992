// How fast do records come out?

#ifndef CHASQUI_TESTS_BENCHMARKS_PULLS_H_
#define CHASQUI_TESTS_BENCHMARKS_PULLS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "tests/benchmarks/phases.h"

namespace chasqui::benchmarks {

// first_pull: one device, new to the survey, gets all `records` of it, and
// every one is decoded. Internal if another number comes.
absl::Status FirstPull(Bench& bench, std::uint64_t records);

// first_pull_sqlite: the same by the device library, into its store on disk.
absl::Status FirstPullIntoStore(Bench& bench, std::uint64_t records);

// empty_pull: devices that are up to date ask for news, again and again, by as
// many threads as send.
absl::Status EmptyPulls(Bench& bench);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_PULLS_H_
