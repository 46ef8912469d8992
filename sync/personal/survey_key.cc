#include "sync/personal/survey_key.h"

#include <sodium/crypto_aead_xchacha20poly1305.h>
#include <sodium/randombytes.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::personal {
namespace {

constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kWrappedSize =
    kNonceSize + RecordKey::kSize + crypto_aead_xchacha20poly1305_ietf_ABYTES;
constexpr std::size_t kPseudonymSize = 16;

const unsigned char* Raw(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* Raw(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

std::string PlaceOf(std::string_view survey, const RecordId& record) {
  std::string place;
  ByteWriter out(place);
  out.Bytes(survey);
  out.Name(record);
  return place;
}

}  // namespace

SurveyKey SurveyKey::Draw() { return SurveyKey(Secret::Draw()); }

SurveyKey::SurveyKey(const Secret& secret)
    : secret_(secret),
      wrapping_key_(secret.For("chasqui personal wrapping v1")),
      pseudonym_key_(secret.For("chasqui personal pseudonym v1")) {}

std::string SurveyKey::ToHex() const {
  return absl::BytesToHexString(AbslView(secret_.view()));
}

absl::StatusOr<SurveyKey> SurveyKey::FromHex(std::string_view digits) {
  const bool hex = std::all_of(digits.begin(), digits.end(), [](char digit) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(digit));
  });
  if (digits.size() != 2 * Secret::kSize || !hex) {
    return absl::InvalidArgumentError(
        StrCat("a survey's key has ", 2 * Secret::kSize,
               " hexadecimal digits, and nothing else"));
  }
  return SurveyKey(
      *Secret::FromBytes(absl::HexStringToBytes(AbslView(digits))));
}

std::string SurveyKey::Wrap(std::string_view survey, const RecordId& record,
                            const RecordKey& key) const {
  const std::string place = PlaceOf(survey, record);
  std::string wrapped(kWrappedSize, '\0');
  randombytes_buf(wrapped.data(), kNonceSize);
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            Raw(wrapped) + kNonceSize, nullptr, Raw(key.view()),
            RecordKey::kSize, Raw(place), place.size(), nullptr, Raw(wrapped),
            wrapping_key_.data()) == 0);
  return wrapped;
}

absl::StatusOr<RecordKey> SurveyKey::Unwrap(std::string_view survey,
                                            const RecordId& record,
                                            std::string_view wrapped) const {
  const std::string place = PlaceOf(survey, record);
  Secret secret;
  if (wrapped.size() != kWrappedSize ||
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          secret.data(), nullptr, nullptr, Raw(wrapped) + kNonceSize,
          kWrappedSize - kNonceSize, Raw(place), place.size(), Raw(wrapped),
          wrapping_key_.data()) != 0) {
    return absl::DataLossError(StrCat(
        "survey ", survey, ": the key of record ", ToText(record),
        " does not open: it is damaged, or the survey's key is another"));
  }
  return RecordKey(secret);
}

std::string SurveyKey::Pseudonym(std::uint32_t field,
                                 const Value& value) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(field);
  out.Byte(static_cast<std::uint8_t>(value.kind));
  out.Raw(value.payload);
  return absl::BytesToHexString(pseudonym_key_.Hash(bytes, kPseudonymSize));
}

}  // namespace chasqui::personal
