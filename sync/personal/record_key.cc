#include "sync/personal/record_key.h"

#include <sodium/core.h>
#include <sodium/crypto_stream_xchacha20.h>
#include <sodium/randombytes.h>

#include <utility>

#include "absl/status/status.h"
#include "sync/base/check.h"
#include "sync/bytes.h"
#include "sync/change.h"

namespace chasqui::personal {
namespace {

const unsigned char* BytesOf(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}
unsigned char* BytesOf(std::string& bytes) {
  return reinterpret_cast<unsigned char*>(bytes.data());
}

}  // namespace

RecordKey RecordKey::Draw() { return RecordKey(Secret::Draw()); }

std::string DrawSalt() {
  CHECK(sodium_init() >= 0);
  std::string salt(kSaltBytes, '\0');
  randombytes_buf(salt.data(), salt.size());
  return salt;
}

RecordKey::RecordKey(const Secret& secret)
    : secret_(secret),
      tag_key_(secret.For("chasqui personal tag v1")),
      cipher_key_(secret.For("chasqui personal cipher v1")) {}

std::optional<RecordKey> RecordKey::FromBytes(std::string_view bytes) {
  const std::optional<Secret> secret = Secret::FromBytes(bytes);
  if (!secret.has_value()) return std::nullopt;
  return RecordKey(*secret);
}

std::string RecordKey::TagOf(const FieldAddress& at,
                             std::string_view plain) const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Name(at.row);
  out.Varint(at.field);
  out.Varint(at.choice);
  out.Raw(plain);
  return tag_key_.Hash(bytes, kSealedTagBytes);
}

std::string RecordKey::Cipher(std::string_view tag,
                              std::string_view bytes) const {
  std::string nonce(tag);
  nonce.resize(crypto_stream_xchacha20_NONCEBYTES);
  std::string other(bytes.size(), '\0');
  CHECK(crypto_stream_xchacha20_xor(BytesOf(other), BytesOf(bytes),
                                    bytes.size(), BytesOf(std::as_const(nonce)),
                                    cipher_key_.data()) == 0);
  return other;
}

Value RecordKey::Seal(const FieldAddress& at, const Value& value) const {
  CHECK(value.IsAnswer());
  std::string plain(1, static_cast<char>(value.kind));
  plain += value.payload;
  std::string sealed = TagOf(at, plain);
  sealed += Cipher(sealed, plain);
  return {ValueKind::kSealed, std::move(sealed)};
}

absl::StatusOr<Value> RecordKey::Open(const FieldAddress& at,
                                      const Value& sealed) const {
  const auto other = [] {
    return absl::DataLossError("an answer is sealed by another key");
  };
  if (sealed.kind != ValueKind::kSealed ||
      sealed.payload.size() < kSealedOverhead) {
    return other();
  }
  const std::string_view bytes = sealed.payload;
  const std::string_view tag = bytes.substr(0, kSealedTagBytes);
  const std::string plain = Cipher(tag, bytes.substr(kSealedTagBytes));
  if (TagOf(at, plain) != tag) return other();
  return Value{static_cast<ValueKind>(plain.front()), plain.substr(1)};
}

}  // namespace chasqui::personal
