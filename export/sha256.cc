#include "export/sha256.h"

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"

namespace chasqui::exporting {

Sha256::Sha256() { crypto_hash_sha256_init(&state_); }

void Sha256::Add(std::string_view bytes) {
  crypto_hash_sha256_update(
      &state_, reinterpret_cast<const unsigned char*>(bytes.data()),
      bytes.size());
}

std::string Sha256::Hex() {
  std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
  crypto_hash_sha256_final(&state_, hash.data());
  return absl::BytesToHexString(
      {reinterpret_cast<const char*>(hash.data()), hash.size()});
}

std::string Sha256Hex(std::string_view bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Hex();
}

bool IsSha256Hex(std::string_view text) {
  return text.size() == 2 * crypto_hash_sha256_BYTES &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

}  // namespace chasqui::exporting
