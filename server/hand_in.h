// Sealed batches, by whatever way they came (sync/seal/envelope.h).
//
//   open, check who sealed it     a worker
//   the exchange that is in it    as any other (exchange.h), with nothing
//   pulled receipt, sealed to its device

#ifndef CHASQUI_SERVER_HAND_IN_H_
#define CHASQUI_SERVER_HAND_IN_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/surroundings.h"

namespace chasqui::server {

// Calls `done` once, on any thread; until then `sealed` must stay. Errors as
// SyncService.HandIn has them, after which nothing was taken, or it is not
// known.
//
// A device that was never met is registered by the key in the file, as it would
// be at its first exchange: a first batch may well come on a memory card.
void HandIn(const Surroundings& around, const std::string& sealed,
            std::function<void(absl::StatusOr<v1::HandInResponse>)> done);

// An exchange (exchange.h), and with it what the device has to be told of keys
// and of how it stands, and what became of the batch that it carries for
// another.
void ExchangeAndHandIn(const Surroundings& around,
                       const access::CallingDevice& device,
                       const v1::SyncRequest& request,
                       v1::SyncResponse& response,
                       std::function<void(absl::Status)> done);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_HAND_IN_H_
