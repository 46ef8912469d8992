#include "server/access/secrets.h"

#include <sodium/core.h>
#include <sodium/crypto_pwhash.h>
#include <sodium/randombytes.h>

#include <array>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::access {
namespace {

// Crockford's base 32: no I, L, O, U.
constexpr std::string_view kDigits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t kCodeDigits = 12;
constexpr std::size_t kCodeGroup = 4;
constexpr std::size_t kKeyDigits = 32;
constexpr std::string_view kKeyBegins = "chq_";

std::string DrawDigits(std::size_t count) {
  CHECK(sodium_init() >= 0);
  std::string digits;
  while (digits.size() < count) {
    digits += kDigits[randombytes_uniform(kDigits.size())];
  }
  return digits;
}

char NormalDigit(char c) {
  if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  if (c == 'O') return '0';
  if (c == 'I' || c == 'L') return '1';
  return c;
}

}  // namespace

std::string DrawCode() {
  std::string code = DrawDigits(kCodeDigits);
  for (std::size_t at = kCodeDigits - kCodeGroup; at > 0; at -= kCodeGroup) {
    code.insert(at, "-");
  }
  return code;
}

std::string DrawApiKey() { return StrCat(kKeyBegins, DrawDigits(kKeyDigits)); }

absl::StatusOr<std::string> NormalCode(std::string_view typed) {
  std::string digits;
  for (const char c : typed) {
    if (c == '-' || c == ' ') continue;
    const char digit = NormalDigit(c);
    if (kDigits.find(digit) == std::string_view::npos ||
        digits.size() == kCodeDigits) {
      digits.clear();
      break;
    }
    digits += digit;
  }
  if (digits.size() == kCodeDigits) return digits;
  return absl::InvalidArgumentError(
      StrCat("that is no code: one has ", kCodeDigits,
             " letters and digits, such as K7QP-2MXV-9TRD"));
}

bool LooksLikeApiKey(std::string_view text) {
  return text.substr(0, kKeyBegins.size()) == kKeyBegins;
}

absl::StatusOr<std::string> HashPassword(const std::string& password) {
  CHECK(sodium_init() >= 0);
  if (password.size() < kPasswordBytesMin ||
      password.size() > kPasswordBytesMax) {
    return absl::InvalidArgumentError(
        StrCat("the password has ", password.size(), " bytes; it must have ",
               kPasswordBytesMin, " to ", kPasswordBytesMax));
  }
  std::array<char, crypto_pwhash_STRBYTES> hash{};
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    return absl::ResourceExhaustedError("no memory to hash a password with");
  }
  return std::string(hash.data());
}

bool IsPassword(const std::string& password, const std::string& hash) {
  CHECK(sodium_init() >= 0);
  // libsodium reads a whole block.
  std::array<char, crypto_pwhash_STRBYTES> block{};
  if (hash.empty() || hash.size() >= block.size()) return false;
  hash.copy(block.data(), hash.size());
  return crypto_pwhash_str_verify(block.data(), password.data(),
                                  password.size()) == 0;
}

}  // namespace chasqui::access
