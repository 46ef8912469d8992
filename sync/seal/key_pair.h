// Who seals, and who can open: a device and a server have a key pair each.
//
// One Ed25519 pair signs; the X25519 pair that files are encrypted to follows
// from it (libsodium's crypto_sign_ed25519_*_to_curve25519), so that there is
// one public key to tell, to keep and to compare.

#ifndef CHASQUI_SYNC_SEAL_KEY_PAIR_H_
#define CHASQUI_SYNC_SEAL_KEY_PAIR_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace chasqui::seal {

// What all may know: it verifies what its owner signed, and encrypts to them.
class PublicKey {
 public:
  static constexpr std::size_t kSize = 32;

  // InvalidArgument unless `bytes` are an Ed25519 public key that can be
  // encrypted to: 32 bytes, a point of the main group.
  static absl::StatusOr<PublicKey> FromBytes(std::string_view bytes);

  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), kSize};
  }
  const unsigned char* data() const { return bytes_.data(); }

  friend bool operator==(const PublicKey&, const PublicKey&) = default;

 private:
  friend class KeyPair;
  PublicKey() = default;

  std::array<unsigned char, kSize> bytes_{};
};

// What a file says of the key it is sealed to: enough to tell keys apart, not
// to vouch for one. 8 bytes of BLAKE2b over the key.
using Fingerprint = std::array<unsigned char, 8>;
Fingerprint FingerprintOf(const PublicKey& key);
// Sixteen lower-case hexadecimal digits.
std::string ToText(const Fingerprint& fingerprint);
inline std::string ToText(const PublicKey& key) {
  return ToText(FingerprintOf(key));
}

// Both halves. Immutable; wiped from memory when it goes.
class KeyPair {
 public:
  static constexpr std::size_t kSeedSize = 32;

  // A new one, of the system's randomness.
  static KeyPair Draw();
  // The one that `seed` makes. InvalidArgument unless it has kSeedSize bytes.
  static absl::StatusOr<KeyPair> FromSeed(std::string_view seed);

  ~KeyPair();
  KeyPair(const KeyPair&) = default;
  KeyPair& operator=(const KeyPair&) = default;

  const PublicKey& public_key() const { return public_; }
  // What it can be made from again: to be kept where nobody else reads.
  std::string seed() const;
  // libsodium's secret key: seed and public key.
  const unsigned char* secret() const { return secret_.data(); }

 private:
  explicit KeyPair(const unsigned char* seed);

  PublicKey public_;
  std::array<unsigned char, kSeedSize + PublicKey::kSize> secret_{};
};

}  // namespace chasqui::seal

#endif  // CHASQUI_SYNC_SEAL_KEY_PAIR_H_
