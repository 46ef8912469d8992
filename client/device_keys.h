// The keys that a device has, and those it knows of (sync/seal/key_pair.h).
//
//   Table::kDevice   "key"          its own secret key: the 32 bytes of its
//   seed
//                    "known key"    the public key by which the server knows a
//                                   device of this name
//                    "server key"   the server's, to which batches are sealed

#ifndef CHASQUI_CLIENT_DEVICE_KEYS_H_
#define CHASQUI_CLIENT_DEVICE_KEYS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_store.h"
#include "client/exchange.h"
#include "sync/seal/key_pair.h"

namespace chasqui::client {

// Under which its own key is kept.
inline constexpr char kOwnKey[] = "key";

struct DeviceKeys {
  std::optional<seal::KeyPair> own;  // none: a device that never seals
  std::optional<seal::PublicKey> known;
  std::optional<seal::PublicKey> server;

  // What the next request says of its key: nothing, once the server knows the
  // device by it and the device knows the server.
  std::string ToTell() const;
  // Another device told the server a key in this one's name first: what is
  // sealed here will be refused there.
  bool disputed() const {
    return own.has_value() && known.has_value() && *known != own->public_key();
  }
};

// DataLoss where what is kept is no key.
absl::StatusOr<DeviceKeys> LoadKeys(const DeviceStore& store);

// To be committed with what makes a device of the store.
void PutOwnKey(const seal::KeyPair& own, StoreBatch& batch);
void PutServerKey(const std::string& server_key, StoreBatch& batch);

// Takes in what the server says of keys. One that cannot be a key is left
// aside.
absl::Status TakeKeys(const Response& response, DeviceStore& store,
                      DeviceKeys& keys);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_DEVICE_KEYS_H_
