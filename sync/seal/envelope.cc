// file      := unit*
// unit      := "chasqui" version:byte kind:byte to:8 box:bytes
// to        := FingerprintOf(the recipient's key)
// box       := crypto_box_seal of body, to the recipient's X25519 key: an
//              ephemeral key, XSalsa20-Poly1305
// body      := device:bytes signer:32 signature:64 content, to the end
// signature := Ed25519 (crypto_sign_detached), by signer, of
//              "chasqui sealed unit" version kind recipient:32 device:bytes
//              content
//
// The signature names the recipient, so that one who has opened a unit cannot
// seal it anew to a third and have it pass for the signer's.

#include "sync/seal/envelope.h"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/status/status.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/config.h"
#include "sync/seal/sealed_bytes.h"

namespace chasqui::seal {
namespace {

constexpr std::string_view kDomain = "chasqui sealed unit";
constexpr std::uint8_t kVersion = 1;

using Signature = std::array<unsigned char, crypto_sign_BYTES>;

std::string_view ToText(Kind kind) {
  return kind == Kind::kBatch ? "a batch" : "a receipt";
}

// What is signed.
std::string Signed(const Message& message, const PublicKey& to) {
  std::string bytes(kDomain);
  ByteWriter out(bytes);
  out.Byte(kVersion);
  out.Byte(static_cast<std::uint8_t>(message.kind));
  out.Raw(to.view());
  out.Bytes(message.device);
  out.Raw(message.content);
  return bytes;
}

std::string BodyOf(const Message& message, const KeyPair& from,
                   const PublicKey& to) {
  const std::string said = Signed(message, to);
  Signature signature{};
  CHECK(crypto_sign_detached(signature.data(), nullptr, Data(said), said.size(),
                             from.secret()) == 0);
  std::string body;
  ByteWriter out(body);
  out.Bytes(message.device);
  out.Raw(from.public_key().view());
  out.Raw({reinterpret_cast<const char*>(signature.data()), signature.size()});
  out.Raw(message.content);
  return body;
}

struct Parts {
  Outside outside;
  std::string_view box;
};

// The unit that `bytes` begin with.
absl::StatusOr<Parts> Split(std::string_view bytes) {
  ByteReader in(bytes);
  if (in.Raw(kMagic.size()) != kMagic) return Wrong("it is no sealed file");
  const std::uint8_t version = in.Byte();
  const std::uint8_t kind = in.Byte();
  if (in.ok() && version != kVersion) {
    return Wrong(StrCat("it is sealed as version ", int{version},
                        ", this program knows ", int{kVersion}));
  }
  if (in.ok() && kind == kStartingFile) {
    return Wrong("it is a starting file: `chasqui device seed` takes it");
  }
  if (in.ok() && kind != static_cast<std::uint8_t>(Kind::kBatch) &&
      kind != static_cast<std::uint8_t>(Kind::kReceipt)) {
    return Wrong(StrCat("it is of kind ", int{kind},
                        ", which this program does not know"));
  }
  Parts parts;
  parts.outside.kind = static_cast<Kind>(kind);
  const std::string_view to = in.Raw(parts.outside.to.size());
  std::copy(to.begin(), to.end(), parts.outside.to.begin());
  const std::uint64_t size = in.Varint();
  if (!in.ok()) return Wrong("it is cut short");
  const std::size_t head = bytes.size() - in.left();
  const std::size_t limit = UnitBytesMax(parts.outside.kind);
  if (size > limit - head) {
    return Wrong(StrCat("it says it has ", size, " bytes; the limit of ",
                        ToText(parts.outside.kind), " is ", limit));
  }
  if (size > in.left()) {
    return Wrong(StrCat("it is cut short: ", bytes.size(), " bytes of ",
                        head + static_cast<std::size_t>(size)));
  }
  parts.box = in.Raw(static_cast<std::size_t>(size));
  parts.outside.bytes = head + parts.box.size();
  return parts;
}

absl::StatusOr<std::string> Decrypt(std::string_view box, const KeyPair& to) {
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> public_key{};
  std::array<unsigned char, crypto_box_SECRETKEYBYTES> secret_key{};
  CHECK(crypto_sign_ed25519_pk_to_curve25519(public_key.data(),
                                             to.public_key().data()) == 0);
  CHECK(crypto_sign_ed25519_sk_to_curve25519(secret_key.data(), to.secret()) ==
        0);
  bool opened = box.size() >= crypto_box_SEALBYTES;
  std::string body;
  if (opened) {
    body.resize(box.size() - crypto_box_SEALBYTES);
    opened = crypto_box_seal_open(Data(body), Data(box), box.size(),
                                  public_key.data(), secret_key.data()) == 0;
  }
  sodium_memzero(secret_key.data(), secret_key.size());
  if (!opened) return Wrong("it is damaged: it is not what was sealed");
  return body;
}

}  // namespace

absl::StatusOr<std::string> Seal(const Message& message, const KeyPair& from,
                                 const PublicKey& to) {
  CHECK(sodium_init() >= 0);
  CHECK(IsName(message.device));
  const std::string body = BodyOf(message, from, to);
  std::array<unsigned char, crypto_box_PUBLICKEYBYTES> key{};
  CHECK(crypto_sign_ed25519_pk_to_curve25519(key.data(), to.data()) == 0);
  std::string box(body.size() + crypto_box_SEALBYTES, '\0');
  CHECK(crypto_box_seal(Data(box), Data(body), body.size(), key.data()) == 0);

  std::string unit(kMagic);
  ByteWriter out(unit);
  out.Byte(kVersion);
  out.Byte(static_cast<std::uint8_t>(message.kind));
  const Fingerprint fingerprint = FingerprintOf(to);
  out.Raw(
      {reinterpret_cast<const char*>(fingerprint.data()), fingerprint.size()});
  out.Bytes(box);
  const std::size_t limit = UnitBytesMax(message.kind);
  if (unit.size() > limit) {
    return Wrong(StrCat(ToText(message.kind), " of ", unit.size(),
                        " bytes cannot be sealed; the limit is ", limit));
  }
  return unit;
}

absl::StatusOr<Opened> Open(std::string_view unit, Kind kind,
                            const KeyPair& to) {
  ASSIGN_OR_RETURN(const Parts parts, Split(unit));
  if (parts.outside.kind != kind) {
    return Wrong(
        StrCat("it is ", ToText(parts.outside.kind), ", not ", ToText(kind)));
  }
  if (parts.outside.bytes != unit.size()) {
    return Wrong(StrCat("it has ", unit.size() - parts.outside.bytes,
                        " bytes too many at its end"));
  }
  if (parts.outside.to != FingerprintOf(to.public_key())) {
    return Wrong(StrCat("it is sealed to key ", seal::ToText(parts.outside.to),
                        ", and this is ", seal::ToText(to.public_key())));
  }
  ASSIGN_OR_RETURN(const std::string body, Decrypt(parts.box, to));
  ByteReader in(body);
  Message message;
  message.kind = kind;
  message.device = std::string(in.Bytes());
  const std::string_view signer = in.Raw(PublicKey::kSize);
  const std::string_view signature = in.Raw(std::size_t{crypto_sign_BYTES});
  message.content = std::string(in.Raw(in.left()));
  if (!in.ok() || !IsName(message.device)) {
    return Wrong("what is sealed in it is nothing that is sealed here");
  }
  ASSIGN_OR_RETURN(const PublicKey key, PublicKey::FromBytes(signer));
  const std::string said = Signed(message, to.public_key());
  if (crypto_sign_verify_detached(Data(signature), Data(said), said.size(),
                                  key.data()) != 0) {
    return Wrong(StrCat("it is not signed by key ", seal::ToText(key),
                        ", which it names"));
  }
  return Opened{std::move(message), key};
}

absl::StatusOr<Outside> Inspect(std::string_view bytes) {
  ASSIGN_OR_RETURN(const Parts parts, Split(bytes));
  return parts.outside;
}

}  // namespace chasqui::seal
