#include "server/access/derived_key.h"

#include <sodium/core.h>
#include <sodium/crypto_generichash.h>
#include <sodium/utils.h>

#include "sync/base/check.h"

namespace chasqui::access {
namespace {

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

std::string Keyed(std::string_view key, std::string_view bytes,
                  std::size_t size) {
  std::string hash(size, '\0');
  CHECK(crypto_generichash(reinterpret_cast<unsigned char*>(hash.data()), size,
                           Data(bytes), bytes.size(), Data(key),
                           key.size()) == 0);
  return hash;
}

}  // namespace

DerivedKey::DerivedKey(const seal::KeyPair& server, std::string_view purpose) {
  CHECK(sodium_init() >= 0);
  std::string seed = server.seed();
  key_ = Keyed(seed, purpose, crypto_generichash_KEYBYTES);
  sodium_memzero(seed.data(), seed.size());
}

DerivedKey::~DerivedKey() { sodium_memzero(key_.data(), key_.size()); }

std::string DerivedKey::Hash(std::string_view bytes, std::size_t size) const {
  return Keyed(key_, bytes, size);
}

}  // namespace chasqui::access
