// key := BLAKE2b-128 of "chasqui digest" survey:bytes log:8 kind:byte
// name:bytes

#include "sync/digest.h"

#include <sodium/crypto_generichash.h>
#include <sodium/crypto_shorthash_siphash24.h>

#include "sync/base/check.h"
#include "sync/bytes.h"

namespace chasqui {
namespace {

static_assert(crypto_shorthash_siphashx24_KEYBYTES == 16);
static_assert(crypto_shorthash_siphashx24_BYTES == 16);

template <typename Bytes>
void Blake2(std::string_view bytes, Bytes& out) {
  CHECK(crypto_generichash(out.data(), out.size(),
                           reinterpret_cast<const unsigned char*>(bytes.data()),
                           bytes.size(), nullptr, 0) == 0);
}

absl::uint128 LittleEndian(const unsigned char* bytes) {
  std::uint64_t halves[2] = {0, 0};
  for (std::size_t i = 16; i-- > 0;) {
    halves[i / 8] = (halves[i / 8] << 8) | bytes[i];
  }
  return absl::MakeUint128(halves[1], halves[0]);
}

}  // namespace

ContentHash HashContent(std::string_view whole_record) {
  ContentHash hash;
  Blake2(whole_record, hash.bytes);
  return hash;
}

DigestKey::DigestKey(std::string_view survey, LogName log,
                     const Bucket& bucket) {
  std::string named;
  ByteWriter out(named);
  out.Raw("chasqui digest");
  out.Bytes(survey);
  out.Fixed64(static_cast<std::uint64_t>(log));
  out.Byte(static_cast<std::uint8_t>(bucket.kind));
  out.Bytes(bucket.name);
  Blake2(named, key_);
}

absl::uint128 DigestKey::ElementOf(const ContentHash& content) const {
  std::array<unsigned char, 16> hash{};
  crypto_shorthash_siphashx24(hash.data(), content.bytes.data(),
                              content.bytes.size(), key_.data());
  return LittleEndian(hash.data());
}

std::string DigestBytes(absl::uint128 digest) {
  std::string bytes;
  ByteWriter out(bytes);
  out.Fixed64(absl::Uint128Low64(digest));
  out.Fixed64(absl::Uint128High64(digest));
  return bytes;
}

std::optional<absl::uint128> DigestFromBytes(std::string_view bytes) {
  if (bytes.size() != 16) return std::nullopt;
  return LittleEndian(reinterpret_cast<const unsigned char*>(bytes.data()));
}

}  // namespace chasqui
