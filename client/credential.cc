#include "client/credential.h"

#include <utility>
#include <vector>

#include "absl/time/time.h"
#include "sync/base/status_macros.h"
#include "sync/bytes.h"
#include "sync/seal/proof.h"

namespace chasqui::client {
namespace {

constexpr std::uint8_t kCredentialKeyVersion = 1;
// A token that is good for less than this is renewed.
constexpr std::int64_t kRenewMs = 3'600'000;

constexpr Table kTables[] = {
    Table::kDevice,

    Table::kSurvey,         Table::kRecord,  Table::kChange,
    Table::kChangeOfRecord, Table::kLineage, Table::kForm,
    Table::kStatistics,     Table::kCarried, Table::kReceipt};

}  // namespace

absl::StatusOr<Credential> Credential::Decode(std::string_view bytes) {
  ByteReader in(bytes);
  Credential credential;
  const std::uint8_t version = in.Byte();
  credential.token_ = std::string(in.Bytes());
  credential.expires_ms_ = in.Zigzag();
  credential.server_ms_ = in.Zigzag();
  credential.wall_ms_ = in.Zigzag();
  credential.mono_ms_ = in.Zigzag();
  credential.boot_ = std::string(in.Bytes());
  if (!in.done() || version != kCredentialKeyVersion) {
    return absl::DataLossError("device store: its credential is damaged");
  }
  return credential;
}

std::string Credential::Encode() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kCredentialKeyVersion);
  out.Bytes(token_);
  out.Zigzag(expires_ms_);
  out.Zigzag(server_ms_);
  out.Zigzag(wall_ms_);
  out.Zigzag(mono_ms_);
  out.Bytes(boot_);
  return bytes;
}

std::int64_t Credential::ServerNow(Clock& clock) const {
  const std::int64_t wall = absl::ToUnixMillis(clock.Now());
  if (server_ms_ == 0) return wall;
  if (clock.BootId() == boot_) {
    return server_ms_ + clock.MonotonicMillis() - mono_ms_;
  }
  return server_ms_ + wall - wall_ms_;
}

std::int64_t Credential::ServerAtLeast(Clock& clock) const {
  if (server_ms_ == 0 || clock.BootId() != boot_) return server_ms_;
  return ServerNow(clock);
}

void Credential::Told(std::int64_t server_ms, Clock& clock) {
  server_ms_ = server_ms;
  wall_ms_ = absl::ToUnixMillis(clock.Now());
  mono_ms_ = clock.MonotonicMillis();
  boot_ = clock.BootId();
}

Shown Credential::ToShow(const seal::KeyPair& key, Clock& clock,
                         bool prove) const {
  if (empty()) return {};
  const std::int64_t now = ServerNow(clock);
  Shown shown{token_, ""};
  if (prove || now > expires_ms_ - kRenewMs) {
    shown.proof = seal::MakeProof(key, token_, now);
  }
  return shown;
}

absl::StatusOr<Credential> LoadCredential(const DeviceStore& store) {
  ASSIGN_OR_RETURN(const auto bytes, store.Get(Table::kDevice, kCredentialKey));
  if (!bytes.has_value()) return Credential();
  return Credential::Decode(*bytes);
}

void PutCredential(const Credential& credential, StoreBatch& batch) {
  batch.Put(Table::kDevice, kCredentialKey, credential.Encode());
}

absl::Status ForgetEverything(DeviceStore& store,
                              const std::set<std::string, std::less<>>& kept) {
  StoreBatch batch;
  for (const Table table : kTables) {
    RETURN_IF_ERROR(store.Scan(table, "", "", [&](std::string_view key, auto) {
      if (table != Table::kDevice || !kept.contains(key)) {
        batch.Erase(table, std::string(key));
      }
      return true;
    }));
  }
  return store.Commit(batch);
}

}  // namespace chasqui::client
