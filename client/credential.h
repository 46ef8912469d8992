// By what a device is let in: a token, which it renews by its key.
//
// The server's clock is known from what the server last said, beside the
// device's own: it is asked for nothing but whether the token is still good and
// what time a proof is made at, and where it is wrong the server says so.

#ifndef CHASQUI_CLIENT_CREDENTIAL_H_
#define CHASQUI_CLIENT_CREDENTIAL_H_

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "client/device_store.h"
#include "sync/base/clock.h"
#include "sync/seal/key_pair.h"

namespace chasqui::client {

// What a request shows. Empty: nothing, the server believes names.
struct Shown {
  std::string token;
  std::string proof;
};

// A value.
class Credential {
 public:
  // Of a device that the server lets in by its name.
  Credential() = default;
  Credential(std::string token, std::int64_t expires_ms)
      : token_(std::move(token)), expires_ms_(expires_ms) {}

  // As EncodeCredential() made it; DataLoss.
  static absl::StatusOr<Credential> Decode(std::string_view bytes);
  std::string Encode() const;

  bool empty() const { return token_.empty(); }

  // What the server's clock says now, as far as can be told.
  std::int64_t ServerNow(Clock& clock) const;
  // What its clock has certainly reached, whatever the device's clock was set
  // to since; 0: nothing was ever told.
  std::int64_t ServerAtLeast(Clock& clock) const;
  // It said so, just now.
  void Told(std::int64_t server_ms, Clock& clock);

  // What the next request shows: with a proof of `key` where the token is not
  // good for long any more, or `prove`.
  Shown ToShow(const seal::KeyPair& key, Clock& clock, bool prove) const;

 private:
  std::string token_;
  std::int64_t expires_ms_ = 0;  // by the server's clock
  std::int64_t server_ms_ = 0;   // when it was last told; 0: never
  std::int64_t wall_ms_ = 0;     // then, by the device's clocks
  std::int64_t mono_ms_ = 0;
  std::string boot_;
};

// Its key in Table::kDevice.
inline constexpr char kCredentialKey[] = "credential";
// Empty where the store has none.
absl::StatusOr<Credential> LoadCredential(const DeviceStore& store);
void PutCredential(const Credential& credential, StoreBatch& batch);

// Forgets everything: records, changes, forms, keys of files and of others; but
// for what Table::kDevice has under the keys `kept`.
absl::Status ForgetEverything(DeviceStore& store,
                              const std::set<std::string, std::less<>>& kept);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_CREDENTIAL_H_
