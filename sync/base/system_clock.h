#ifndef CHASQUI_SYNC_BASE_SYSTEM_CLOCK_H_
#define CHASQUI_SYNC_BASE_SYSTEM_CLOCK_H_

#include <cstdint>
#include <cstdio>
#include <ctime>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "sync/base/clock.h"

namespace chasqui {

// This machine's clock. Its time asleep counts as monotonic time does, where
// the kernel says so (Linux); it names the boot by the kernel's own boot id.
class SystemClock final : public Clock {
 public:
  absl::Time Now() override { return absl::Now(); }

  std::int64_t MonotonicMillis() override {
    std::timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    return std::int64_t{now.tv_sec} * 1000 + now.tv_nsec / 1'000'000;
  }

  std::string BootId() override {
    std::string id;
    std::FILE* const file = std::fopen("/proc/sys/kernel/random/boot_id", "r");
    if (file == nullptr) return id;
    for (int c = std::fgetc(file); c != EOF && c != '\n';
         c = std::fgetc(file)) {
      id += static_cast<char>(c);
    }
    std::fclose(file);
    return id;
  }
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_BASE_SYSTEM_CLOCK_H_
