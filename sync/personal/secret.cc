#include "sync/personal/secret.h"

#include <sodium/core.h>
#include <sodium/crypto_generichash.h>
#include <sodium/randombytes.h>

#include "sync/base/check.h"

namespace chasqui::personal {
namespace {

void KeyedHash(std::string_view bytes, const Secret& key, unsigned char* out,
               std::size_t size) {
  CHECK(crypto_generichash(out, size,
                           reinterpret_cast<const unsigned char*>(bytes.data()),
                           bytes.size(), key.data(), Secret::kSize) == 0);
}

}  // namespace

Secret Secret::Draw() {
  CHECK(sodium_init() >= 0);
  Secret secret;
  randombytes_buf(secret.bytes_.data(), kSize);
  return secret;
}

std::string Secret::Hash(std::string_view bytes, std::size_t size) const {
  std::string hash(size, '\0');
  KeyedHash(bytes, *this, reinterpret_cast<unsigned char*>(hash.data()), size);
  return hash;
}

Secret Secret::For(std::string_view purpose) const {
  Secret other;
  KeyedHash(purpose, *this, other.data(), kSize);
  return other;
}

}  // namespace chasqui::personal
