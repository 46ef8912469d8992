#ifndef CHASQUI_SYNC_BASE_CLOCK_H_
#define CHASQUI_SYNC_BASE_CLOCK_H_

#include <cstdint>
#include <string>

#include "absl/time/time.h"

namespace chasqui {

// What a machine can say about time.
//
// Only the edges hold a clock: a server that stamps what it receives, a device
// that notes when an answer was given. The rules of sync take times as values
// and never ask for one. In a simulation time is a variable.
//
// Two readings differ in what can be believed of them:
//
//     Now()                     may be years off, and may jump either way when
//                               somebody sets it
//     (BootId(),                within one boot, never goes back and tells how
//      MonotonicMillis())       long ago something was; across boots, nothing
//
// Implementations are safe to call from any thread.
class Clock {
 public:
  virtual ~Clock() = default;

  // The wall clock, as it is set.
  virtual absl::Time Now() = 0;

  // Milliseconds since some moment of the present boot, time asleep included.
  // Never less than an earlier answer of the same boot.
  virtual std::int64_t MonotonicMillis() = 0;

  // Names the present boot: the same until the machine restarts, then never
  // again. Empty where the platform cannot tell, and then readings of
  // MonotonicMillis are comparable within this process only.
  virtual std::string BootId() = 0;

 protected:
  Clock() = default;
  Clock(const Clock&) = default;
  Clock& operator=(const Clock&) = default;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BASE_CLOCK_H_
