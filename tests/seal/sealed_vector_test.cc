// What another language checks its reading of sealed units against is what this
// one writes, given the same random bytes.

#include <sodium.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/escaping.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/seal/envelope.h"

namespace chasqui::testing {
namespace {

std::string HexOf(std::string_view bytes) {
  return absl::BytesToHexString(AbslView(bytes));
}

// Draws 1, 2, 3, …, over and over.
unsigned char last_drawn = 0;
const char* CountingName() { return "counting"; }
std::uint32_t CountingWord() { return ++last_drawn; }
void CountingBytes(void* const out, const std::size_t size) {
  std::generate_n(static_cast<unsigned char*>(out), size,
                  [] { return ++last_drawn; });
}
randombytes_implementation counting = {CountingName, CountingWord,  nullptr,
                                       nullptr,      CountingBytes, nullptr};

class CountingRandom {
 public:
  CountingRandom() {
    // Draws bytes for itself.
    CHECK(sodium_init() >= 0);
    last_drawn = 0;
    randombytes_set_implementation(&counting);
  }
  ~CountingRandom() {
    randombytes_set_implementation(&randombytes_sysrandom_implementation);
  }
  CountingRandom(const CountingRandom&) = delete;
  CountingRandom& operator=(const CountingRandom&) = delete;
};

std::string SealedVector() {
  const std::string device(32, 'd');
  const std::string server(32, 's');
  const std::string content = "what a device has to say";
  const auto from = seal::KeyPair::FromSeed(device);
  const auto to = seal::KeyPair::FromSeed(server);
  const CountingRandom random;
  const auto unit = seal::Seal({seal::Kind::kBatch, "tablet-7", content}, *from,
                               to->public_key());
  return StrCat("{\n  \"device_name\": \"tablet-7\",\n  \"device_seed\": \"",
                HexOf(device), "\",\n  \"device_key\": \"",
                HexOf(from->public_key().view()), "\",\n  \"server_seed\": \"",
                HexOf(server), "\",\n  \"server_key\": \"",
                HexOf(to->public_key().view()), "\",\n  \"content\": \"",
                HexOf(content), "\",\n  \"unit\": \"", HexOf(*unit), "\"\n}\n");
}

TEST(SealedVectorTest, IsWhatItHasAlwaysBeen) {
  std::ifstream file(CHASQUI_VECTORS_DIR "/sealed.json", std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  EXPECT_EQ(bytes.str(), SealedVector());
}

}  // namespace
}  // namespace chasqui::testing
