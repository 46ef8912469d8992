#include "sync/reconcile/words.h"

#include <cstdint>

#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"

namespace chasqui::reconcile {
namespace {

RC_GTEST_PROP(WordsProperty, AWordIsOneAndKeepsItsHash, (std::uint64_t hash)) {
  const Word word = WordOf(hash);
  RC_ASSERT(IsWord(word));
  RC_ASSERT((word >> 16) == (hash >> 16));
}

// The check has 16 bits: of 65,536 sums about one passes for a word.
TEST(WordsTest, SumsOfWordsAreNone) {
  int taken_for_words = 0;
  for (std::uint64_t i = 0; i < 200'000; ++i) {
    const Word sum = WordOf(Mixed(2 * i)) + WordOf(Mixed(2 * i + 1));
    taken_for_words += IsWord(sum) ? 1 : 0;
  }
  EXPECT_LT(taken_for_words, 15);
}

TEST(WordsTest, NothingIsNoWord) { EXPECT_FALSE(IsWord(0)); }

// A range of any depth, and a word in it.
struct Placed {
  WordRange range;
  Word word = 0;
};
Placed AnyPlaced() {
  Placed placed;
  placed.word = *rc::gen::arbitrary<std::uint64_t>();
  const auto depth = *rc::gen::inRange(0, 8);
  for (int i = 0; i < depth; ++i) {
    placed.range = placed.range.Part(placed.range.PartOf(placed.word));
  }
  return placed;
}

RC_GTEST_PROP(RangesProperty, EachWordIsInOnePart, ()) {
  const auto [range, word] = AnyPlaced();
  RC_ASSERT(range.IsValid());
  RC_ASSERT(range.Contains(word));
  int parts = 0;
  for (std::uint32_t part = 0; part < kRangeParts; ++part) {
    if (!range.Part(part).Contains(word)) continue;
    ++parts;
    RC_ASSERT(part == range.PartOf(word));
  }
  RC_ASSERT(parts == 1);
}

RC_GTEST_PROP(RangesProperty, PartsFollowEachOther, ()) {
  const WordRange range = AnyPlaced().range;
  RC_ASSERT(range.Part(0).first == range.first);
  RC_ASSERT(range.Part(kRangeParts - 1).last() == range.last());
  for (std::uint32_t part = 1; part < kRangeParts; ++part) {
    RC_ASSERT(range.Part(part - 1).last() + 1 == range.Part(part).first);
  }
}

TEST(RangesTest, OtherSpellingsAreNotValid) {
  EXPECT_TRUE((WordRange{0, 0}).IsValid());
  EXPECT_TRUE((WordRange{4, Word{1} << 60}).IsValid());
  EXPECT_TRUE((WordRange{32, Word{1} << 32}).IsValid());
  EXPECT_FALSE((WordRange{0, 1}).IsValid());
  EXPECT_FALSE((WordRange{4, Word{1} << 59}).IsValid());
  EXPECT_FALSE((WordRange{5, Word{1} << 60}).IsValid());
  EXPECT_FALSE((WordRange{36, Word{1} << 32}).IsValid());
}

TEST(RangesTest, DivisionEndsAtTheNameOfAWord) {
  EXPECT_TRUE((WordRange{28, 0}).IsDivisible());
  EXPECT_FALSE((WordRange{32, 0}).IsDivisible());
}

}  // namespace
}  // namespace chasqui::reconcile
