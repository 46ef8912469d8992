// A record's key: what its personal answers are sealed by.

#ifndef CHASQUI_SYNC_PERSONAL_RECORD_KEY_H_
#define CHASQUI_SYNC_PERSONAL_RECORD_KEY_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/personal/secret.h"
#include "sync/value.h"

namespace chasqui::personal {

// Seals answers so that whoever has not the key learns of one its length, and
// whether it is the same as another in the same place, and nothing else: the
// synthetic-IV construction of Rogaway and Shrimpton, Deterministic
// Authenticated-Encryption (Eurocrypt 2006), over BLAKE2b and XChaCha20:
//
//   place   = row:16 field:varint choice:varint
//   tag     = BLAKE2b-128(tag key, place kind payload)
//   sealed  = tag ‖ XChaCha20(cipher key, nonce = tag ‖ 0:8, kind payload)
//
// Both keys are derived from the record's. The same answer has one spelling, so
// that Apply tells equal from different without a key, also once it is
// destroyed; and no nonce depends on a seq, which a restored log gives twice.
//
// Immutable; thread-safe.
class RecordKey {
 public:
  static constexpr std::size_t kSize = Secret::kSize;

  // A new one, of the system's randomness.
  static RecordKey Draw();
  explicit RecordKey(const Secret& secret);
  // Nullopt unless `bytes` are kSize.
  static std::optional<RecordKey> FromBytes(std::string_view bytes);

  std::string_view view() const { return secret_.view(); }

  // The answer `value` that stands at `at`, sealed. REQUIRES: an answer.
  Value Seal(const FieldAddress& at, const Value& value) const;
  // The inverse. DataLoss unless it was sealed by this key, for this place.
  absl::StatusOr<Value> Open(const FieldAddress& at, const Value& sealed) const;

 private:
  std::string TagOf(const FieldAddress& at, std::string_view plain) const;
  std::string Cipher(std::string_view tag, std::string_view bytes) const;

  Secret secret_;
  Secret tag_key_;
  Secret cipher_key_;
};

// For Change::salt.
std::string DrawSalt();

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_RECORD_KEY_H_
