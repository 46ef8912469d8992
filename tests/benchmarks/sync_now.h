// A device's sync from its beginning to its end.

#ifndef CHASQUI_TESTS_BENCHMARKS_SYNC_NOW_H_
#define CHASQUI_TESTS_BENCHMARKS_SYNC_NOW_H_

#include "absl/status/status.h"
#include "client/device.h"
#include "client/network_transport.h"
#include "sync/base/clock.h"

namespace chasqui::benchmarks {

// Steps the device, whose transport it is, until it is idle. Returns how the
// sync ended, or the store's error.
absl::Status SyncNow(client::Device& device,
                     client::NetworkTransport& transport, Clock& clock,
                     client::SyncOptions options = {});

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_SYNC_NOW_H_
