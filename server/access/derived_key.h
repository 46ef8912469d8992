// A secret key that follows from the server's own, for one purpose.

#ifndef CHASQUI_SERVER_ACCESS_DERIVED_KEY_H_
#define CHASQUI_SERVER_ACCESS_DERIVED_KEY_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "sync/seal/key_pair.h"

namespace chasqui::access {

// Immutable; wiped from memory when it goes.
class DerivedKey {
 public:
  DerivedKey(const seal::KeyPair& server, std::string_view purpose);
  ~DerivedKey();
  DerivedKey(const DerivedKey&) = delete;
  DerivedKey& operator=(const DerivedKey&) = delete;

  // BLAKE2b over `bytes` under this key; of `size` bytes, 16 to 64.
  std::string Hash(std::string_view bytes, std::size_t size) const;

 private:
  std::string key_;
};

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_DERIVED_KEY_H_
