// Seeds of the simulation: 200 of them, or as many as CHASQUI_SIM_SEEDS says.

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "gtest/gtest.h"
#include "tests/simulation/world.h"

namespace chasqui::testing {
namespace {

constexpr std::uint64_t kShards = 8;
constexpr std::uint64_t kSeeds = 200;

std::uint64_t SeedsWanted() {
  const char* const wanted = std::getenv("CHASQUI_SIM_SEEDS");
  if (wanted == nullptr) return kSeeds;
  const std::uint64_t seeds = std::strtoull(wanted, nullptr, 10);
  return seeds == 0 ? kSeeds : seeds;
}

// Each runs every eighth seed, twice.
class SimulationTest : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(SimulationTest, NothingIsLostAndAllConverge) {
  for (std::uint64_t seed = GetParam(); seed <= SeedsWanted();
       seed += kShards) {
    const RunResult once = RunSeed(seed);
    EXPECT_EQ(once.failure, "");
    const RunResult again = RunSeed(seed);
    EXPECT_EQ(once.hash, again.hash) << "seed " << seed;
  }
}

INSTANTIATE_TEST_SUITE_P(Shards, SimulationTest,
                         ::testing::Range(std::uint64_t{1}, kShards + 1));

// Faults that never happen prove nothing: the seeds must meet restores, and
// get changes into the log all the same.
TEST(SimulationCoverageTest, SeedsMeetFaultsAndWork) {
  Seq entries = 0;
  std::size_t restores = 0;
  std::size_t ends = 0;
  std::size_t damages = 0;
  std::size_t agreements = 0;
  std::size_t comparisons = 0;
  std::size_t past_gap = 0;
  std::size_t lost = 0;
  std::size_t begun = 0;
  std::size_t erasures = 0;
  std::size_t locks = 0;
  std::size_t revocations = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const RunResult result = RunSeed(seed);
    entries += result.entries;
    restores += result.restores;
    ends += result.ends;
    damages += result.damages;
    agreements += result.agreements;
    comparisons += result.comparisons;
    past_gap += result.past_gap;
    lost += result.lost;
    begun += result.begun;
    erasures += result.erasures;
    locks += result.locks;
    revocations += result.revocations;
  }
  EXPECT_GT(entries, 1000U);
  EXPECT_GE(restores, 5U);
  EXPECT_GE(ends, 5U);
  EXPECT_GE(damages, 10U);
  EXPECT_GE(agreements, 100U);
  EXPECT_GE(comparisons, 20U);
  EXPECT_GE(past_gap, 10U);
  EXPECT_GE(lost, 5U);
  EXPECT_GE(begun, 20U);
  EXPECT_GE(erasures, 20U);
  EXPECT_GE(locks, 5U);
  EXPECT_GE(revocations, 2U);
}

// The two compilers must come to the same states: the hashes of these seeds are
// the same in every build.
TEST(SimulationHashTest, OtherSeedsOtherStates) {
  EXPECT_NE(RunSeed(1).hash, RunSeed(2).hash);
}

}  // namespace
}  // namespace chasqui::testing
