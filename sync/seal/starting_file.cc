// file    := head chunk*
// head    := "chasqui" version:byte kind:byte survey:bytes bucket log:8
//            seq:varint                          kind 3, as no sealed unit has
// bucket  := kind:byte name:bytes
// chunk   := number:varint last:byte signature:64 nonce:24 box:bytes
// box     := XChaCha20-Poly1305 of the content, under the encrypting key, with
//            what is bound as associated data
// nonce   := BLAKE2b, under the nonces' key, of bound and content
// bound   := head number:varint last:byte
// signature := Ed25519 (crypto_sign_detached), by the server, of
//              "chasqui starting chunk" bound nonce box
//
// The two keys are BLAKE2b of "encrypt" and of "nonce" under the file's key;
// that is BLAKE2b of "chasqui starting file" and head under the server's seed.

#include "sync/seal/starting_file.h"

#include <sodium.h>

#include <algorithm>
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

constexpr std::string_view kKeyDomain = "chasqui starting file";
constexpr std::string_view kChunkDomain = "chasqui starting chunk";
constexpr std::uint8_t kFileVersion = 1;
constexpr std::size_t kNonceSize = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t kTagSize = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(StartingKey::kSize ==
              crypto_aead_xchacha20poly1305_ietf_KEYBYTES);

using Nonce = std::array<unsigned char, kNonceSize>;
using Key = std::array<unsigned char, StartingKey::kSize>;

// BLAKE2b of `said` under `key`.
template <std::size_t kSize>
std::array<unsigned char, kSize> Keyed(std::string_view key,
                                       std::string_view said) {
  std::array<unsigned char, kSize> hash{};
  CHECK(crypto_generichash(hash.data(), hash.size(), Data(said), said.size(),
                           Data(key), key.size()) == 0);
  return hash;
}

std::string Bound(std::string_view head, std::uint32_t number, bool last) {
  std::string bound(head);
  ByteWriter out(bound);
  out.Varint(number);
  out.Byte(last ? 1 : 0);
  return bound;
}

Nonce NonceOf(std::string_view bound, std::string_view content,
              const StartingKey& key) {
  Key nonces = Keyed<StartingKey::kSize>(key.view(), "nonce");
  const Nonce nonce = Keyed<kNonceSize>(
      {reinterpret_cast<const char*>(nonces.data()), nonces.size()},
      StrCat(bound, content));
  sodium_memzero(nonces.data(), nonces.size());
  return nonce;
}

// A chunk in its parts, which lie in the bytes it was split from.
struct ChunkParts {
  std::uint32_t number = 0;
  bool last = false;
  std::string_view signature;
  std::string_view nonce;
  std::string_view box;
  std::size_t bytes = 0;
};

absl::StatusOr<ChunkParts> SplitChunk(std::string_view bytes) {
  ByteReader in(bytes);
  ChunkParts parts;
  parts.number = in.Varint32();
  const std::uint8_t last = in.Byte();
  parts.last = last == 1;
  parts.signature = in.Raw(std::size_t{crypto_sign_BYTES});
  parts.nonce = in.Raw(kNonceSize);
  const std::uint64_t size = in.Varint();
  if (!in.ok()) return absl::OutOfRangeError("it is cut short");
  if (last > 1 || size < kTagSize || size > kStartingChunkBytesMax + kTagSize) {
    return Wrong("what follows is no chunk of a starting file");
  }
  if (size > in.left()) return absl::OutOfRangeError("it is cut short");
  parts.box = in.Raw(static_cast<std::size_t>(size));
  parts.bytes = bytes.size() - in.left();
  return parts;
}

}  // namespace

StartingKey StartingKey::Derive(const KeyPair& server,
                                const StartingName& name) {
  CHECK(sodium_init() >= 0);
  StartingKey key;
  std::string seed = server.seed();
  key.bytes_ = Keyed<kSize>(seed, StrCat(kKeyDomain, StartingHead(name)));
  sodium_memzero(seed.data(), seed.size());
  return key;
}

absl::StatusOr<StartingKey> StartingKey::FromBytes(std::string_view bytes) {
  if (bytes.size() != kSize) {
    return Wrong(StrCat("the key of a starting file has ", bytes.size(),
                        " bytes; it must have ", kSize));
  }
  StartingKey key;
  std::copy(bytes.begin(), bytes.end(), key.bytes_.begin());
  return key;
}

StartingKey::~StartingKey() { sodium_memzero(bytes_.data(), bytes_.size()); }

std::string StartingHead(const StartingName& name) {
  std::string head(kMagic);
  ByteWriter out(head);
  out.Byte(kFileVersion);
  out.Byte(kStartingFile);
  out.Bytes(name.survey);
  out.Byte(static_cast<std::uint8_t>(name.bucket.kind));
  out.Bytes(name.bucket.name);
  out.Fixed64(static_cast<std::uint64_t>(name.at.log));
  out.Varint(name.at.seq);
  return head;
}

absl::StatusOr<std::string> SealChunk(const StartingName& name,
                                      const StartingChunk& chunk,
                                      const KeyPair& server) {
  CHECK(sodium_init() >= 0);
  if (chunk.content.size() > kStartingChunkBytesMax) {
    return Wrong(StrCat("a chunk of a starting file would have ",
                        chunk.content.size(), " bytes; the limit is ",
                        kStartingChunkBytesMax));
  }
  const StartingKey key = StartingKey::Derive(server, name);
  const std::string bound = Bound(StartingHead(name), chunk.number, chunk.last);
  const Nonce nonce = NonceOf(bound, chunk.content, key);
  const std::string_view nonce_bytes(
      reinterpret_cast<const char*>(nonce.data()), nonce.size());
  Key encrypting = Keyed<StartingKey::kSize>(key.view(), "encrypt");
  std::string box(chunk.content.size() + kTagSize, '\0');
  CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(
            Data(box), nullptr, Data(chunk.content), chunk.content.size(),
            Data(bound), bound.size(), nullptr, nonce.data(),
            encrypting.data()) == 0);
  sodium_memzero(encrypting.data(), encrypting.size());
  const std::string said = StrCat(kChunkDomain, bound, nonce_bytes, box);
  std::string signature(std::size_t{crypto_sign_BYTES}, '\0');
  CHECK(crypto_sign_detached(Data(signature), nullptr, Data(said), said.size(),
                             server.secret()) == 0);
  std::string bytes;
  ByteWriter out(bytes);
  out.Varint(chunk.number);
  out.Byte(chunk.last ? 1 : 0);
  out.Raw(signature);
  out.Raw(nonce_bytes);
  out.Bytes(box);
  return bytes;
}

absl::StatusOr<ReadHead> ReadStartingHead(std::string_view file) {
  ByteReader in(file);
  const std::string_view magic = in.Raw(kMagic.size());
  const std::uint8_t version = in.Byte();
  const std::uint8_t kind = in.Byte();
  if (magic != kMagic || kind != kStartingFile) {
    return Wrong("it is no starting file");
  }
  if (version != kFileVersion) {
    return Wrong(StrCat("it is a starting file of version ", int{version},
                        ", this program knows ", int{kFileVersion}));
  }
  ReadHead head;
  head.name.survey = std::string(in.Bytes());
  const std::uint8_t bucket = in.Byte();
  head.name.bucket.kind = static_cast<BucketKind>(bucket);
  head.name.bucket.name = std::string(in.Bytes());
  head.name.at.log = static_cast<LogName>(in.Fixed64());
  head.name.at.seq = in.Varint();
  if (!in.ok()) return Wrong("it is cut short, within its head");
  const bool known = head.name.bucket.kind == BucketKind::kArea ||
                     head.name.bucket.kind == BucketKind::kPerson;
  if (!IsName(head.name.survey) || !known || !IsName(head.name.bucket.name)) {
    return Wrong("its head names no bucket of a survey");
  }
  head.bytes = file.size() - in.left();
  return head;
}

absl::StatusOr<FoundChunk> FindChunk(std::string_view bytes) {
  ASSIGN_OR_RETURN(const ChunkParts parts, SplitChunk(bytes));
  return FoundChunk{parts.number, parts.bytes};
}

absl::StatusOr<StartingChunk> OpenChunk(const StartingName& name,
                                        std::string_view bytes,
                                        const StartingSecret& secret) {
  CHECK(sodium_init() >= 0);
  ASSIGN_OR_RETURN(const ChunkParts parts, SplitChunk(bytes));
  const std::string bound = Bound(StartingHead(name), parts.number, parts.last);
  const std::string said = StrCat(kChunkDomain, bound, parts.nonce, parts.box);
  StartingChunk chunk;
  chunk.number = parts.number;
  chunk.last = parts.last;
  chunk.content.resize(parts.box.size() - kTagSize);
  Key encrypting = Keyed<StartingKey::kSize>(secret.key.view(), "encrypt");
  const bool opened =
      parts.bytes == bytes.size() &&
      crypto_sign_verify_detached(Data(parts.signature), Data(said),
                                  said.size(), secret.signer.data()) == 0 &&
      crypto_aead_xchacha20poly1305_ietf_decrypt(
          Data(chunk.content), nullptr, nullptr, Data(parts.box),
          parts.box.size(), Data(bound), bound.size(), Data(parts.nonce),
          encrypting.data()) == 0;
  sodium_memzero(encrypting.data(), encrypting.size());
  if (!opened) {
    return Wrong(StrCat("chunk ", parts.number,
                        " is damaged, or not of the file that its head says"));
  }
  return chunk;
}

}  // namespace chasqui::seal
