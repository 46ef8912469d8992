// Many devices at once: a thread for each, one exchange after the other.

#ifndef CHASQUI_TESTS_BENCHMARKS_LOAD_THREADS_H_
#define CHASQUI_TESTS_BENCHMARKS_LOAD_THREADS_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "tests/benchmarks/load_device.h"

namespace chasqui::benchmarks {

// What one device is going to send.
struct Load {
  LoadIdentity device;
  std::vector<v1::SyncRequest> requests;
};

struct LoadRun {
  std::uint64_t changes = 0;
  double seconds = 0;               // from the first request to the last answer
  std::vector<double> exchange_ms;  // sorted
  std::uint64_t bytes_sent = 0;     // of the messages
  v1::SyncResponse answer;          // one of them

  double PerSecond() const { return static_cast<double>(changes) / seconds; }
};

// Whether an answer is taken for what it says, or only for its bytes.
enum class Check { kYes, kNo };

// Sends all of it to `address`. The first error ends it.
absl::StatusOr<LoadRun> RunLoad(std::vector<Load>& loads,
                                const std::string& address, Check check);

// Runs `work` with 0, 1, … threads - 1, each in a thread, and returns the first
// error in the order of the numbers. `seconds`, unless it is null, is the time
// between all being `ready` and all being done: `work` calls what it is given
// once it is.
using Ready = std::function<void()>;
absl::Status InThreads(
    std::size_t threads,
    const std::function<absl::Status(std::size_t, const Ready&)>& work,
    double* seconds);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LOAD_THREADS_H_
