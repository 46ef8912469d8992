#include "client/device_keys.h"

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr char kKnownKey[] = "known key";
constexpr char kServerKey[] = "server key";

absl::Status DamagedKey(const char* name) {
  return absl::DataLossError(
      StrCat("device store: what it has as ", name, " is no key"));
}

absl::StatusOr<std::optional<seal::PublicKey>> LoadPublicKey(
    const DeviceStore& store, const char* name) {
  ASSIGN_OR_RETURN(const auto bytes, store.Get(Table::kDevice, name));
  if (!bytes.has_value()) return std::nullopt;
  const auto key = seal::PublicKey::FromBytes(*bytes);
  if (!key.ok()) return DamagedKey(name);
  return *key;
}

// Where `told` is a key, and news, `kept` becomes it.
void TakeKey(const std::string& told, const char* name,
             std::optional<seal::PublicKey>& kept, StoreBatch& batch) {
  const auto key = seal::PublicKey::FromBytes(told);
  if (!key.ok() || kept == *key) return;
  kept = *key;
  batch.Put(Table::kDevice, name, told);
}

}  // namespace

std::string DeviceKeys::ToTell() const {
  if (!own.has_value()) return "";
  const bool settled = server.has_value() && known == own->public_key();
  return settled ? std::string() : std::string(own->public_key().view());
}

absl::StatusOr<DeviceKeys> LoadKeys(const DeviceStore& store) {
  DeviceKeys keys;
  ASSIGN_OR_RETURN(const auto seed, store.Get(Table::kDevice, kOwnKey));
  if (seed.has_value()) {
    const auto own = seal::KeyPair::FromSeed(*seed);
    if (!own.ok()) return DamagedKey(kOwnKey);
    keys.own = *own;
  }
  ASSIGN_OR_RETURN(keys.known, LoadPublicKey(store, kKnownKey));
  ASSIGN_OR_RETURN(keys.server, LoadPublicKey(store, kServerKey));
  return keys;
}

void PutOwnKey(const seal::KeyPair& own, StoreBatch& batch) {
  batch.Put(Table::kDevice, kOwnKey, own.seed());
}

void PutServerKey(const std::string& server_key, StoreBatch& batch) {
  batch.Put(Table::kDevice, kServerKey, server_key);
}

absl::Status TakeKeys(const Response& response, DeviceStore& store,
                      DeviceKeys& keys) {
  StoreBatch batch;
  DeviceKeys next = keys;
  TakeKey(response.device_key, kKnownKey, next.known, batch);
  TakeKey(response.server_key, kServerKey, next.server, batch);
  if (batch.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(store.Commit(batch));
  keys = std::move(next);
  return absl::OkStatus();
}

}  // namespace chasqui::client
