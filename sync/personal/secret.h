// Thirty-two bytes that nobody else may know.

#ifndef CHASQUI_SYNC_PERSONAL_SECRET_H_
#define CHASQUI_SYNC_PERSONAL_SECRET_H_

#include <sodium/utils.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace chasqui::personal {

// Wiped from memory when it goes.
class Secret {
 public:
  static constexpr std::size_t kSize = 32;

  Secret() = default;
  ~Secret() { sodium_memzero(bytes_.data(), kSize); }
  Secret(const Secret&) = default;
  Secret& operator=(const Secret&) = default;

  // A new one, of the system's randomness.
  static Secret Draw();
  // Nullopt unless `bytes` are as many.
  static std::optional<Secret> FromBytes(std::string_view bytes) {
    if (bytes.size() != kSize) return std::nullopt;
    Secret secret;
    std::copy(bytes.begin(), bytes.end(), secret.bytes_.begin());
    return secret;
  }

  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes_.data()), kSize};
  }
  const unsigned char* data() const { return bytes_.data(); }
  unsigned char* data() { return bytes_.data(); }

  // BLAKE2b under this key, of `size` bytes: 16 to 64.
  std::string Hash(std::string_view bytes, std::size_t size) const;
  // Another one, for one purpose: of it neither this one is learnt, nor that of
  // any other purpose.
  Secret For(std::string_view purpose) const;

 private:
  std::array<unsigned char, kSize> bytes_{};
};

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_SECRET_H_
