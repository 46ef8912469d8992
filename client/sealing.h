// A device's outbox as a file, and what comes back for it (sync/seal/envelope.h
// says how either is sealed, HandInRequest and Receipt what is in it).

#ifndef CHASQUI_CLIENT_SEALING_H_
#define CHASQUI_CLIENT_SEALING_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/device.h"

namespace chasqui::client {

// Rows of one sealed batch come to at most this, unless one change alone is
// more. A link that breaks, under who carries it, costs one batch at most; the
// envelope adds less than 1 %.
inline constexpr std::size_t kSealedRowsBytesMax = std::size_t{32} << 10;

struct SealedOutbox {
  std::string file;  // one unit after another; empty: nothing waits
  std::size_t batches = 0;
  std::size_t changes = 0;
};

// Seals whatever has no outcome yet, of all surveys. It stays in the outbox,
// for a file may be lost: sealed or sent again, the same counts once.
//
// FailedPrecondition before the device has met a server, whose key it needs.
absl::StatusOr<SealedOutbox> SealOutbox(Device& device, Clock& clock);

struct TakenReceipts {
  std::size_t receipts = 0;
  std::size_t outcomes = 0;  // that were not known yet
};

// Takes in a file of receipts, one after another. An error says at which byte
// the receipt lies that is not taken: InvalidArgument where it is damaged or
// another device's; FailedPrecondition where this device's server did not sign
// it, or it is of changes that a copy of the device has made. Those before it
// are taken.
absl::StatusOr<TakenReceipts> TakeReceipts(std::string_view file,
                                           Device& device);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_SEALING_H_
