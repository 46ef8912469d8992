// Runs simulations by seed.
//
//   simulation [--seeds A..B] [--hashes FILE] [--story]
//
// Each seed is run twice, and must come to the same state both times. With
// --hashes every seed's hash is written to FILE, to be compared with that of a
// build by another compiler. --story prints every step as it happens.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

struct Options {
  std::uint64_t first = 1;
  std::uint64_t last = 200;
  std::string hashes;
  bool story = false;
};

bool ReadSeeds(std::string_view text, Options& options) {
  const std::string all(text);
  char* end = nullptr;
  options.first = options.last = std::strtoull(all.c_str(), &end, 10);
  if (std::string_view(end).starts_with("..")) {
    options.last = std::strtoull(end + 2, &end, 10);
  }
  return end != all.c_str() && *end == '\0' && options.first <= options.last;
}

bool ReadOptions(int argc, char** argv, Options& options) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view option = argv[i];
    if (option == "--story") {
      options.story = true;
    } else if (option == "--seeds" && i + 1 < argc) {
      if (!ReadSeeds(argv[++i], options)) return false;
    } else if (option == "--hashes" && i + 1 < argc) {
      options.hashes = argv[++i];
    } else {
      return false;
    }
  }
  return true;
}

int RunSeeds(const Options& options) {
  std::ofstream hashes;
  if (!options.hashes.empty()) hashes.open(options.hashes);
  std::size_t failed = 0;
  Seq entries = 0;
  std::size_t restores = 0;
  std::size_t ends = 0;
  std::size_t past_gap = 0;
  std::size_t lost = 0;
  std::size_t begun = 0;
  std::size_t erasures = 0;
  for (std::uint64_t seed = options.first; seed <= options.last; ++seed) {
    RunResult result = RunSeed(seed, options.story);
    if (result.failure.empty() && RunSeed(seed).hash != result.hash) {
      result.failure =
          "seed " + std::to_string(seed) + ": another state the second time";
    }
    if (!result.failure.empty()) {
      ++failed;
      std::printf("%s\n", result.failure.c_str());
      std::fflush(stdout);
    }
    entries += result.entries;
    restores += result.restores;
    ends += result.ends;
    past_gap += result.past_gap;
    lost += result.lost;
    begun += result.begun;
    erasures += result.erasures;
    hashes << seed << ' ' << std::hex << result.hash << std::dec << '\n';
  }
  std::printf(
      "%llu seeds, %llu log entries, %zu restores, %zu apps ended in a "
      "commit, %zu cards past a gap, %zu tablets lost, %zu chunks of starting "
      "files, %zu erasures, %zu failed\n",
      static_cast<unsigned long long>(options.last) - options.first + 1,
      static_cast<unsigned long long>(entries), restores, ends, past_gap, lost,
      begun, erasures, failed);
  return failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace chasqui::testing

int main(int argc, char** argv) {
  chasqui::testing::Options options;
  if (!chasqui::testing::ReadOptions(argc, argv, options)) {
    std::fprintf(stderr,
                 "usage: simulation [--seeds A[..B]] [--hashes FILE] "
                 "[--story]\n");
    return 2;
  }
  return chasqui::testing::RunSeeds(options);
}
