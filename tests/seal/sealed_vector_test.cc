// What another language checks its reading of sealed units and starting files
// against is what this one writes, given the same random bytes.

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
#include "sync/seal/starting_file.h"

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

// Nothing in it is drawn.
std::string StartingVector() {
  const std::string server(32, 's');
  const seal::StartingName name = {
      "wells", {BucketKind::kArea, "north"}, {LogName{0x0123456789abcdef}, 70}};
  const auto pair = seal::KeyPair::FromSeed(server);
  const auto key = seal::StartingKey::Derive(*pair, name);
  const std::string contents[] = {"the forms", "the records"};
  std::string file = seal::StartingHead(name);
  for (const std::uint32_t number : {0U, 1U}) {
    file +=
        *seal::SealChunk(name, {number, number == 1, contents[number]}, *pair);
  }
  return StrCat("{\n  \"server_seed\": \"", HexOf(server), "\",\n  \"key\": \"",
                HexOf(key.view()),
                "\",\n  \"survey\": \"wells\",\n  \"bucket\": \"area/north\",\n"
                "  \"log\": \"0123456789abcdef\",\n  \"seq\": 70,\n"
                "  \"contents\": [\"",
                HexOf(contents[0]), "\", \"", HexOf(contents[1]),
                "\"],\n  \"file\": \"", HexOf(file), "\"\n}\n");
}

std::string InFile(const std::string& name) {
  std::ifstream file(StrCat(CHASQUI_VECTORS_DIR, "/", name), std::ios::binary);
  std::stringstream bytes;
  bytes << file.rdbuf();
  return bytes.str();
}

TEST(SealedVectorTest, IsWhatItHasAlwaysBeen) {
  EXPECT_EQ(InFile("sealed.json"), SealedVector());
}

TEST(StartingVectorTest, IsWhatItHasAlwaysBeen) {
  EXPECT_EQ(InFile("starting.json"), StartingVector());
}

}  // namespace
}  // namespace chasqui::testing
