// SHA-256, as FIPS 180-4 has it.

#ifndef CHASQUI_EXPORT_SHA256_H_
#define CHASQUI_EXPORT_SHA256_H_

#include <sodium/crypto_hash_sha256.h>

#include <string>
#include <string_view>

namespace chasqui::exporting {

// Of bytes that come in pieces.
class Sha256 {
 public:
  Sha256();
  void Add(std::string_view bytes);
  // 64 lower-case hexadecimal digits. The last call.
  std::string Hex();

 private:
  crypto_hash_sha256_state state_;
};

std::string Sha256Hex(std::string_view bytes);
// Whether `text` could be one.
bool IsSha256Hex(std::string_view text);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_SHA256_H_
