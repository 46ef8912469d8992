// One exchange between its values and its messages, on the device's side.

#ifndef CHASQUI_CLIENT_EXCHANGE_WIRE_H_
#define CHASQUI_CLIENT_EXCHANGE_WIRE_H_

#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "client/exchange.h"

namespace chasqui::client {

// Batches go as columns where that is less, with what the request has for it.
v1::SyncRequest RequestToWire(const Request& request);

// The answer to `request`, which says with what columns are read.
// InvalidArgument, with what and where, for a response that breaks the
// protocol. Nothing in it can crash the device.
absl::StatusOr<Response> ResponseFromWire(const v1::SyncResponse& wire,
                                          const Request& request = {});

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_EXCHANGE_WIRE_H_
