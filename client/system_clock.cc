#include "client/system_clock.h"

#include <ctime>
#include <fstream>

#include "absl/time/clock.h"

namespace chasqui::client {

SystemClock::SystemClock() {
  std::ifstream file("/proc/sys/kernel/random/boot_id");
  std::getline(file, boot_id_);
}

absl::Time SystemClock::Now() { return absl::Now(); }

std::int64_t SystemClock::MonotonicMillis() {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return std::int64_t{now.tv_sec} * 1'000 + now.tv_nsec / 1'000'000;
}

}  // namespace chasqui::client
