#include "sync/wire/range_coder.h"

#include <string>
#include <utility>
#include <vector>

#include "gtest/gtest.h"
#include "tests/testing/random.h"

namespace chasqui::wire {
namespace {

using testing::Random;

struct Decision {
  bool bit = false;
  Chance chance = 0;
  std::uint32_t value = 0;
  std::uint32_t of = 0;  // 0: it is a bit
};

std::vector<Decision> AnyDecisions(Random& random, std::size_t count) {
  std::vector<Decision> decisions(count);
  for (Decision& decision : decisions) {
    if (random.Chance(20)) {
      decision.of = 1 + static_cast<std::uint32_t>(random.Below(kUniformMax));
      decision.value = static_cast<std::uint32_t>(random.Below(decision.of));
      continue;
    }
    decision.chance = random.Chance(30)
                          ? (random.Chance(50) ? 1 : 65'535)
                          : 1 + static_cast<Chance>(random.Below(65'535));
    decision.bit = random.Below(65'536) < decision.chance;
  }
  return decisions;
}

std::string Encoded(const std::vector<Decision>& decisions) {
  RangeEncoder encoder;
  for (const Decision& decision : decisions) {
    if (decision.of == 0) {
      encoder.Bit(decision.bit, decision.chance);
    } else {
      encoder.Uniform(decision.value, decision.of);
    }
  }
  return std::move(encoder).Finish();
}

// How many decisions come out as they went in.
std::size_t Read(const std::vector<Decision>& decisions,
                 RangeDecoder& decoder) {
  std::size_t same = 0;
  for (const Decision& decision : decisions) {
    const bool is = decision.of == 0
                        ? decoder.Bit(decision.chance) == decision.bit
                        : decoder.Uniform(decision.of) == decision.value;
    if (!is) break;
    ++same;
  }
  return same;
}

TEST(RangeCoderTest, ReadsWhatWasWritten) {
  Random random(1);
  for (std::size_t count = 0; count < 400; ++count) {
    const auto decisions = AnyDecisions(random, count);
    const std::string bytes = Encoded(decisions);
    RangeDecoder decoder(bytes);
    ASSERT_EQ(Read(decisions, decoder), count);
    EXPECT_TRUE(decoder.complete()) << count;
  }
}

// A fraction that is all but the next digit: carries run through it.
TEST(RangeCoderTest, CarriesGoThroughLongRunsOfTheHighestByte) {
  for (int certain = 1; certain < 300; ++certain) {
    std::vector<Decision> decisions(static_cast<std::size_t>(certain),
                                    {false, 1, 0, 0});
    for (int i = 0; i < 40; ++i) decisions.push_back({false, 32'768, 0, 0});
    decisions.push_back({true, 1, 0, 0});
    const std::string bytes = Encoded(decisions);
    RangeDecoder decoder(bytes);
    ASSERT_EQ(Read(decisions, decoder), decisions.size()) << certain;
    EXPECT_TRUE(decoder.complete());
  }
}

TEST(RangeCoderTest, TakesWhatIsSurprisingAndLittleElse) {
  const std::vector<Decision> certain(1000, {true, 65'000, 0, 0});
  EXPECT_LE(Encoded(certain).size(), 2U);  // 1000 * 0.0118 bits
  const std::vector<Decision> even(1000, {true, 32'768, 0, 0});
  EXPECT_EQ(Encoded(even).size(), 125U);
  EXPECT_TRUE(Encoded({}).empty());
}

TEST(RangeCoderTest, TellsWhatIsCutShortOrTooLong) {
  Random random(2);
  const auto decisions = AnyDecisions(random, 300);
  const std::string bytes = Encoded(decisions);
  RangeDecoder whole(bytes);
  Read(decisions, whole);
  EXPECT_TRUE(whole.complete());
  const std::string longer = bytes + std::string(5, '\0');
  RangeDecoder too_long(longer);
  Read(decisions, too_long);
  EXPECT_FALSE(too_long.complete());
  RangeDecoder nothing("");
  for (int i = 0; i < 100; ++i) nothing.Bit(32'768);
  EXPECT_TRUE(nothing.overrun());
}

}  // namespace
}  // namespace chasqui::wire
