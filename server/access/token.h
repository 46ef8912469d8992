// Access tokens: who somebody is, until when, by the server's word.
//
//   token := body mac:16
//   body  := version:u8 kind:u8 name:bytes generation:varint minute:varint
//
// The mac is BLAKE2b over the body, under a key that follows from the server's
// own. Whoever has a token is its bearer: it is short-lived, and a device
// renews it by its key (proof.h).

#ifndef CHASQUI_SERVER_ACCESS_TOKEN_H_
#define CHASQUI_SERVER_ACCESS_TOKEN_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/derived_key.h"
#include "sync/seal/key_pair.h"

namespace chasqui::access {

enum class TokenKind : std::uint8_t { kDevice = 1, kPerson = 2 };

struct Token {
  TokenKind kind = TokenKind::kDevice;
  std::string name;
  // Of the credential that it was issued for: another one ends it.
  std::uint32_t generation = 0;
  std::int64_t expires_ms = 0;  // rounded down to a minute

  friend bool operator==(const Token&, const Token&) = default;
};

inline constexpr std::int64_t kDeviceTokenMs = 12 * 3'600'000;
inline constexpr std::int64_t kPersonTokenMs = 12 * 3'600'000;

// Immutable.
class TokenKey {
 public:
  explicit TokenKey(const seal::KeyPair& server)
      : key_(server, "chasqui access tokens v1") {}

  std::string Issue(const Token& token) const;

  // Unauthenticated: it was not issued here, or has been altered. Any bytes.
  // Says nothing of when it expires.
  absl::StatusOr<Token> Read(std::string_view bytes) const;

 private:
  const DerivedKey key_;
};

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_TOKEN_H_
