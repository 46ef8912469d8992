// What count_syncs.cc counts, as both processes see it.

#ifndef CHASQUI_TESTS_BENCHMARKS_COUNT_SYNCS_H_
#define CHASQUI_TESTS_BENCHMARKS_COUNT_SYNCS_H_

#include <atomic>
#include <cstdint>

namespace chasqui::benchmarks {

// Lies in a mapped file that begins as zeros.
struct SyncCounts {
  std::atomic<std::uint64_t> calls;
  std::atomic<std::uint64_t> nanoseconds;  // in them, over all threads
};

// The variable of the environment that names the file.
inline constexpr char kSyncCountsFile[] = "CHASQUI_SYNC_COUNTS";

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_COUNT_SYNCS_H_
