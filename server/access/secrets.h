// Secrets that people are given, and what is kept of them instead.
//
//   what          given out as                     kept as
//   code          K7QP-2MXV-9TRD, 60 bits          a keyed hash
//   API key       chq_ and 32 characters, 160 bits a keyed hash
//   password      by people                        Argon2id (crypto_pwhash_str)
//
// Codes and keys are random, so that one hash is enough; it is keyed, so that
// who reads the journal alone cannot try codes.

#ifndef CHASQUI_SERVER_ACCESS_SECRETS_H_
#define CHASQUI_SERVER_ACCESS_SECRETS_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/access/derived_key.h"
#include "sync/seal/key_pair.h"

namespace chasqui::access {

std::string DrawCode();
std::string DrawApiKey();

// A code as DrawCode() gave it, however it was typed: in lower case, without
// hyphens or with blanks, O for 0, I or L for 1. InvalidArgument: it can be
// none, without saying it again.
absl::StatusOr<std::string> NormalCode(std::string_view typed);

bool LooksLikeApiKey(std::string_view text);

// What secrets are kept by: follows from the server's key.
class SecretHasher {
 public:
  static constexpr std::size_t kSize = 16;

  explicit SecretHasher(const seal::KeyPair& server)
      : key_(server, "chasqui hashes of secrets v1") {}

  // Of a code in its normal form, or of a key.
  std::string Hash(std::string_view secret) const {
    return key_.Hash(secret, kSize);
  }

 private:
  const DerivedKey key_;
};

inline constexpr std::size_t kPasswordBytesMin = 10;
inline constexpr std::size_t kPasswordBytesMax = 1024;

// InvalidArgument: too short or too long. ResourceExhausted: no memory for it.
// Takes some 100 ms and 64 MiB.
absl::StatusOr<std::string> HashPassword(const std::string& password);
// Whether `hash` is of it. As costly.
bool IsPassword(const std::string& password, const std::string& hash);

}  // namespace chasqui::access

#endif  // CHASQUI_SERVER_ACCESS_SECRETS_H_
