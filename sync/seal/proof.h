// That a device has its key, shown with a request: what renews its token, with
// no exchange more, however long ago that has expired.
//
//   proof := version:u8 time:varint nonce:16 signature:64
//
// The signature is Ed25519 over what comes before it and the token. The time is
// what the device believes it is at the server, from what the server last said:
// it tells a proof that was listened in on from one that is made now. Where it
// is wrong the server says what time it is, and the device makes another.

#ifndef CHASQUI_SYNC_SEAL_PROOF_H_
#define CHASQUI_SYNC_SEAL_PROOF_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/seal/key_pair.h"

namespace chasqui::seal {

struct Proof {
  std::int64_t at_ms = 0;  // since 1970 UTC; not below 0
  std::string nonce;       // 16 bytes
};

// With a nonce of the system's randomness.
std::string MakeProof(const KeyPair& device, std::string_view token,
                      std::int64_t at_ms);

// Unauthenticated: it is not of that key and token. Any bytes.
absl::StatusOr<Proof> CheckProof(const PublicKey& device,
                                 std::string_view token,
                                 std::string_view proof);

}  // namespace chasqui::seal

#endif  // CHASQUI_SYNC_SEAL_PROOF_H_
