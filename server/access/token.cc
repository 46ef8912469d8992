#include "server/access/token.h"

#include <sodium/utils.h>

#include "sync/bytes.h"
#include "sync/config.h"

namespace chasqui::access {
namespace {

constexpr std::uint8_t kTokenVersion = 1;
constexpr std::size_t kMacSize = 16;
constexpr std::int64_t kTokenMinuteMs = 60'000;

absl::Status NotOurs() {
  return absl::UnauthenticatedError("the token was not issued by this server");
}

}  // namespace

std::string TokenKey::Issue(const Token& token) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kTokenVersion);
  out.Byte(static_cast<std::uint8_t>(token.kind));
  out.Bytes(token.name);
  out.Varint(token.generation);
  out.Varint(static_cast<std::uint64_t>(token.expires_ms / kTokenMinuteMs));
  return bytes + key_.Hash(bytes, kMacSize);
}

absl::StatusOr<Token> TokenKey::Read(std::string_view bytes) const {
  if (bytes.size() < kMacSize) return NotOurs();
  const std::string_view body = bytes.substr(0, bytes.size() - kMacSize);
  const std::string mac = key_.Hash(body, kMacSize);
  if (sodium_memcmp(mac.data(), bytes.data() + body.size(), kMacSize) != 0) {
    return NotOurs();
  }
  ByteReader in(body);
  Token token;
  const std::uint8_t version = in.Byte();
  const std::uint8_t kind = in.Byte();
  token.kind = static_cast<TokenKind>(kind);
  token.name = std::string(in.Bytes());
  token.generation = in.Varint32();
  token.expires_ms = static_cast<std::int64_t>(in.Varint()) * kTokenMinuteMs;
  const bool sound = in.done() && version == kTokenVersion &&
                     (kind == 1 || kind == 2) && IsName(token.name);
  // Of a later version of this server, that was taken back.
  if (!sound) return NotOurs();
  return token;
}

}  // namespace chasqui::access
