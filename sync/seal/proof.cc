#include "sync/seal/proof.h"

#include <sodium/core.h>
#include <sodium/crypto_sign.h>
#include <sodium/randombytes.h>

#include <algorithm>

#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"
#include "sync/seal/sealed_bytes.h"

namespace chasqui::seal {
namespace {

constexpr std::uint8_t kProofVersion = 1;
constexpr std::size_t kProofNonceSize = 16;
constexpr std::string_view kProofDomain = "chasqui proof of a device's key v1";

std::string Signed(std::string_view head, std::string_view token) {
  return StrCat(kProofDomain, head, token);
}

}  // namespace

std::string MakeProof(const KeyPair& device, std::string_view token,
                      std::int64_t at_ms) {
  CHECK(sodium_init() >= 0);
  std::string nonce(kProofNonceSize, '\0');
  randombytes_buf(nonce.data(), nonce.size());
  std::string proof;
  ByteWriter out(proof);
  out.Byte(kProofVersion);
  out.Varint(static_cast<std::uint64_t>(std::max<std::int64_t>(at_ms, 0)));
  out.Raw(nonce);
  const std::string said = Signed(proof, token);
  std::string signature(crypto_sign_BYTES, '\0');
  CHECK(crypto_sign_detached(Data(signature), nullptr, Data(said), said.size(),
                             device.secret()) == 0);
  return proof + signature;
}

absl::StatusOr<Proof> CheckProof(const PublicKey& device,
                                 std::string_view token,
                                 std::string_view proof) {
  const auto wrong = [] {
    return absl::UnauthenticatedError(
        "the proof is not one of the device's key");
  };
  if (proof.size() < crypto_sign_BYTES) return wrong();
  const std::string_view head =
      proof.substr(0, proof.size() - crypto_sign_BYTES);
  const std::string said = Signed(head, token);
  if (crypto_sign_verify_detached(Data(proof.substr(head.size())), Data(said),
                                  said.size(), device.data()) != 0) {
    return wrong();
  }
  ByteReader in(head);
  Proof read;
  const std::uint8_t version = in.Byte();
  read.at_ms = static_cast<std::int64_t>(in.Varint());
  read.nonce = std::string(in.Raw(kProofNonceSize));
  if (!in.done() || version != kProofVersion || read.at_ms < 0) return wrong();
  return read;
}

}  // namespace chasqui::seal
