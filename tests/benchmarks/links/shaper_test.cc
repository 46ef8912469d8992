#include "tests/benchmarks/links/shaper.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t kAnySeed = 7;
constexpr std::int64_t kMs = 1'000;

// Carries `bytes` every 10 ms, for 100 ms, 40 ms away.
LinkTrace Regular(std::uint32_t bytes) {
  LinkTrace trace;
  trace.length_us = 100 * kMs;
  for (std::int64_t at = 0; at < trace.length_us; at += 10 * kMs) {
    trace.up.push_back({at, bytes});
  }
  trace.down = trace.up;
  trace.conditions = {{0, 40 * kMs, 0}};
  return trace;
}

std::string Packet(std::size_t bytes, char of = 'x') {
  return std::string(bytes, of);
}

// When each of what is under way arrives, in ms.
std::vector<std::int64_t> Arrivals(Shaper& shaper) {
  std::vector<std::int64_t> at;
  while (const auto next = shaper.NextUs()) {
    while (shaper.Take(*next).has_value()) at.push_back(*next / kMs);
  }
  return at;
}

TEST(ShaperTest, APacketTakesTheOpportunitiesItNeedsAndTheDelay) {
  const LinkTrace trace = Regular(500);
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(0, Packet(1'500));
  // At 0, 10 and 20 ms; 40 ms away.
  EXPECT_THAT(Arrivals(shaper), ElementsAre(60));
}

TEST(ShaperTest, OneOpportunityCarriesSeveralSmallPackets) {
  const LinkTrace trace = Regular(500);
  Shaper shaper(trace, Way::kUp, kAnySeed);
  for (int i = 0; i < 3; ++i) shaper.Offer(0, Packet(250));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(40, 40, 50));
}

TEST(ShaperTest, OpportunitiesThatNobodyUsesAreGone) {
  const LinkTrace trace = Regular(500);
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(55 * kMs, Packet(1'000));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(70 + 40));
  // Nor is what was left of the last one kept.
  shaper.Offer(200 * kMs, Packet(600));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(210 + 40));
}

TEST(ShaperTest, TheTraceBeginsAgain) {
  const LinkTrace trace = Regular(500);
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(95 * kMs, Packet(1'000));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(110 + 40));
  shaper.Offer(1'005 * kMs, Packet(500));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(1'010 + 40));
}

TEST(ShaperTest, PacketsWaitThroughAnOutage) {
  LinkTrace trace = Regular(500);
  trace.up = {{0, 500}, {90 * kMs, 500}};
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(0, Packet(500));
  shaper.Offer(1 * kMs, Packet(500));
  EXPECT_THAT(Arrivals(shaper), ElementsAre(40, 90 + 40));
}

TEST(ShaperTest, TheQueueIsFullAtItsBoundAndNotBefore) {
  const LinkTrace trace = Regular(1);
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(5 * kMs, Packet(kQueueBytesMax - 1'000));
  EXPECT_TRUE(shaper.Fits(1'000));
  EXPECT_FALSE(shaper.Fits(1'001));
  shaper.Offer(5 * kMs, Packet(1'001));
  EXPECT_EQ(shaper.counts().dropped, 1);
  shaper.Offer(5 * kMs, Packet(1'000));
  EXPECT_EQ(shaper.counts().dropped, 1);
  EXPECT_EQ(shaper.counts().packets, 3);
  EXPECT_EQ(shaper.counts().bytes, kQueueBytesMax + 1'001);
}

TEST(ShaperTest, WhatIsSentLaterDoesNotArriveEarlier) {
  LinkTrace trace = Regular(500);
  trace.conditions = {{0, 40 * kMs, 0}, {10 * kMs, 5 * kMs, 0}};
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(0, Packet(500, 'a'));
  shaper.Offer(0, Packet(500, 'b'));
  shaper.Offer(0, Packet(500, 'c'));
  // The second would be there at 15 ms, the third at 25 ms.
  EXPECT_EQ(shaper.Take(39 * kMs), std::nullopt);
  EXPECT_EQ(shaper.Take(40 * kMs), Packet(500, 'a'));
  EXPECT_EQ(shaper.Take(40 * kMs), Packet(500, 'b'));
  EXPECT_EQ(shaper.Take(40 * kMs), Packet(500, 'c'));
}

TEST(ShaperTest, NothingGetsThroughACut) {
  LinkTrace trace = Regular(500);
  trace.conditions = {{0, 40 * kMs, 0}, {20 * kMs, 40 * kMs, kAllLost}};
  Shaper shaper(trace, Way::kUp, kAnySeed);
  shaper.Offer(0, Packet(1'000));       // by 10 ms
  shaper.Offer(12 * kMs, Packet(500));  // at 20 ms
  shaper.Offer(85 * kMs, Packet(500));  // at 90 ms
  shaper.Offer(95 * kMs, Packet(500));  // at 100 ms, of the next time round
  EXPECT_THAT(Arrivals(shaper), ElementsAre(10 + 40, 100 + 40));
  EXPECT_EQ(shaper.counts().lost, 2);
}

// How many of a thousand small packets get through, by place.
std::vector<int> Survivors(const LinkTrace& trace, std::uint64_t seed) {
  std::vector<int> through;
  Shaper shaper(trace, Way::kUp, seed);
  for (int i = 0; i < 1'000; ++i) {
    const std::int64_t now = i * 10 * kMs;
    shaper.Offer(now, Packet(100));
    if (shaper.Take(now + 40 * kMs).has_value()) through.push_back(i);
  }
  return through;
}

TEST(ShaperTest, LosesTheSharePacketsItShouldAndTheSameForASeed) {
  LinkTrace trace = Regular(500);
  trace.conditions[0].loss_ppm = 100'000;
  trace.conditions[0].delay_us = 0;
  const std::vector<int> one = Survivors(trace, 1);
  EXPECT_GT(one.size(), 850U);
  EXPECT_LT(one.size(), 950U);
  EXPECT_EQ(one, Survivors(trace, 1));
  EXPECT_NE(one, Survivors(trace, 2));
}

TEST(ShaperTest, WhereNothingMayBeMissingTheLostComesLate) {
  LinkTrace trace = Regular(500);
  trace.conditions = {{0, 40 * kMs, kAllLost}, {50 * kMs, 40 * kMs, 0}};
  Shaper shaper(trace, Way::kUp, kAnySeed, Losing::kLate);
  shaper.Offer(0, Packet(500, 'a'));
  shaper.Offer(45 * kMs, Packet(500, 'b'));
  // There after 40 ms; the cut lasts 50 ms more; a timeout, and there again.
  EXPECT_THAT(Arrivals(shaper), ElementsAre(370, 370));
  EXPECT_EQ(shaper.counts().lost, 1);
}

TEST(ShaperTest, SaysNothingIsDueWhileNothingIsUnderWay) {
  const LinkTrace trace = Regular(500);
  Shaper shaper(trace, Way::kDown, kAnySeed);
  EXPECT_EQ(shaper.NextUs(), std::nullopt);
  EXPECT_THAT(Arrivals(shaper), IsEmpty());
}

}  // namespace
}  // namespace chasqui::benchmarks
