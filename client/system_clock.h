#ifndef CHASQUI_CLIENT_SYSTEM_CLOCK_H_
#define CHASQUI_CLIENT_SYSTEM_CLOCK_H_

#include <string>

#include "sync/base/clock.h"

namespace chasqui::client {

// This machine's clocks (Linux). Thread-safe.
class SystemClock final : public Clock {
 public:
  SystemClock();

  absl::Time Now() override;
  std::int64_t MonotonicMillis() override;
  std::string BootId() override { return boot_id_; }

 private:
  std::string boot_id_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_SYSTEM_CLOCK_H_
