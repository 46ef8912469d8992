#include "sync/seal/key_pair.h"

#include <sodium.h>

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::seal {

static_assert(PublicKey::kSize == crypto_sign_PUBLICKEYBYTES);
static_assert(KeyPair::kSeedSize == crypto_sign_SEEDBYTES);
static_assert(KeyPair::kSeedSize + PublicKey::kSize ==
              crypto_sign_SECRETKEYBYTES);

absl::StatusOr<PublicKey> PublicKey::FromBytes(std::string_view bytes) {
  if (bytes.size() != kSize) {
    return absl::InvalidArgumentError(StrCat("a public key has ", bytes.size(),
                                             " bytes; it must have ", kSize));
  }
  PublicKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> box{};
  if (crypto_sign_ed25519_pk_to_curve25519(box.data(), key.data()) != 0) {
    return absl::InvalidArgumentError("a public key is no point of Ed25519");
  }
  return key;
}

Fingerprint FingerprintOf(const PublicKey& key) {
  std::array<unsigned char, crypto_generichash_BYTES_MIN> hash{};
  CHECK(crypto_generichash(hash.data(), hash.size(), key.data(),
                           PublicKey::kSize, nullptr, 0) == 0);
  Fingerprint fingerprint{};
  std::copy_n(hash.begin(), fingerprint.size(), fingerprint.begin());
  return fingerprint;
}

std::string ToText(const Fingerprint& fingerprint) {
  return absl::BytesToHexString(
      {reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size()});
}

KeyPair::KeyPair(const unsigned char* seed) {
  CHECK(crypto_sign_seed_keypair(public_.bytes_.data(), secret_.data(), seed) ==
        0);
}

KeyPair KeyPair::Draw() {
  CHECK(sodium_init() >= 0);
  std::array<unsigned char, kSeedSize> seed{};
  randombytes_buf(seed.data(), seed.size());
  KeyPair drawn(seed.data());
  sodium_memzero(seed.data(), seed.size());
  return drawn;
}

absl::StatusOr<KeyPair> KeyPair::FromSeed(std::string_view seed) {
  if (seed.size() != kSeedSize) {
    return absl::InvalidArgumentError(StrCat(
        "a secret key has ", seed.size(), " bytes; it must have ", kSeedSize));
  }
  return KeyPair(reinterpret_cast<const unsigned char*>(seed.data()));
}

KeyPair::~KeyPair() { sodium_memzero(secret_.data(), secret_.size()); }

std::string KeyPair::seed() const {
  return {reinterpret_cast<const char*>(secret_.data()), kSeedSize};
}

}  // namespace chasqui::seal
