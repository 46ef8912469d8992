#include "tests/benchmarks/sync_now.h"

#include <cstdint>
#include <utility>

#include "sync/base/status_macros.h"

namespace chasqui::benchmarks {

absl::Status SyncNow(client::Device& device,
                     client::NetworkTransport& transport, Clock& clock,
                     client::SyncOptions options) {
  constexpr std::int64_t kWaitMs = 100;
  device.Sync(std::move(options));
  while (true) {
    RETURN_IF_ERROR(device.Step(clock.MonotonicMillis()));
    if (device.state() == client::SyncState::kIdle) break;
    transport.Wait(kWaitMs);
  }
  return device.sync_status();
}

}  // namespace chasqui::benchmarks
