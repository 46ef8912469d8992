// How many bytes a second exchanges may move, all devices together: at the end
// of a day they all come at once, over a line that is only so wide.

#ifndef CHASQUI_SERVER_BYTE_BUDGET_H_
#define CHASQUI_SERVER_BYTE_BUDGET_H_

#include <cstddef>
#include <cstdint>

#include "sync/base/mutex.h"

namespace chasqui::server {

// A bucket of tokens, a byte each, that may be overdrawn: an exchange is never
// refused, but the device that overdraws it is told when to come again. Each
// gets a later time than the one before, so that they do not come again all at
// once. Thread-safe.
class ByteBudget {
 public:
  // What may be moved at once after a quiet time, in seconds of the rate.
  static constexpr std::int64_t kBurstS = 10;
  // No device is sent away for longer.
  static constexpr std::int64_t kWaitMaxMs = 10 * 60 * 1000;
  // A rate has at most this.
  static constexpr std::int64_t kRateMax = std::int64_t{1} << 40;

  // 0: there is no limit.
  explicit ByteBudget(std::int64_t bytes_per_s);

  // An exchange has moved `bytes`, both ways together. `now_ms` is of any clock
  // that never goes back. Returns for how many ms the device should not call
  // again.
  std::uint32_t Spend(std::size_t bytes, std::int64_t now_ms)
      ABSL_LOCKS_EXCLUDED(mutex_);

  bool limited() const { return bytes_per_s_ > 0; }

 private:
  const std::int64_t bytes_per_s_;
  Mutex mutex_;
  std::int64_t tokens_ ABSL_GUARDED_BY(mutex_);
  std::int64_t at_ms_ ABSL_GUARDED_BY(mutex_) = 0;  // tokens_ is as of then
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_BYTE_BUDGET_H_
