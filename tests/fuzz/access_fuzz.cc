// What callers show, and what the journal keeps: tokens, proofs, codes, acts.
// The first byte says which. A token or a proof that is taken is one that was
// made here, and there are none.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "server/access/members.h"
#include "server/access/secrets.h"
#include "server/access/token.h"
#include "sync/base/check.h"
#include "sync/seal/proof.h"

namespace {

using chasqui::seal::KeyPair;

const KeyPair& Key() {
  static const KeyPair* const kKey =
      new KeyPair(*KeyPair::FromSeed(std::string(KeyPair::kSeedSize, 'k')));
  return *kKey;
}

void Feed(std::uint8_t what, std::string_view bytes) {
  static const chasqui::access::TokenKey* const kTokens =
      new chasqui::access::TokenKey(Key());
  switch (what % 4) {
    case 0:
      CHECK(!kTokens->Read(bytes).ok());
      return;
    case 1:
      CHECK(
          !chasqui::seal::CheckProof(Key().public_key(), "token", bytes).ok());
      return;
    case 2:
      if (const auto code = chasqui::access::NormalCode(bytes); code.ok()) {
        CHECK(*chasqui::access::NormalCode(*code) == *code);
      }
      return;
    default: {
      chasqui::access::Members members;
      chasqui::JournalEntry entry;
      entry.seq = 1;
      entry.bytes = std::string(bytes);
      (void)members.Apply(entry);
      (void)members.Apply(entry);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0) return 0;
  Feed(data[0], {reinterpret_cast<const char*>(data) + 1, size - 1});
  return 0;
}
