#include "sync/reconcile/reconciliation.h"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "rapidcheck.h"
#include "rapidcheck/gtest.h"
#include "tests/sync/reconcile/sets.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::reconcile {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Course {
  Findings findings;
  std::size_t round_trips = 0;
  std::size_t symbols = 0;
  std::size_t parts = 0;
};

// Asks until nothing is left to be asked, `most` questions at a time.
Course Reconcile(const std::vector<Word>& ours, const OtherSide& other,
                 std::size_t most = 64) {
  Reconciliation reconciliation(ours);
  Course run;
  while (!reconciliation.done()) {
    ++run.round_trips;
    for (const Question& question : reconciliation.Questions(most)) {
      const Answer answer = other.To(question);
      run.symbols += answer.symbols.size();
      run.parts += answer.parts.size();
      EXPECT_OK(reconciliation.Take(answer));
    }
  }
  run.findings = std::move(reconciliation.findings());
  return run;
}

std::vector<Word> Sorted(std::vector<Word> words) {
  std::sort(words.begin(), words.end());
  return words;
}

// What our set is after all that was found is put right.
std::vector<Word> Repaired(const std::vector<Word>& ours,
                           const std::vector<Word>& theirs,
                           const Findings& findings) {
  std::vector<Word> repaired;
  const auto whole = [&findings](Word word) {
    return std::any_of(
        findings.whole.begin(), findings.whole.end(),
        [word](const WordRange& range) { return range.Contains(word); });
  };
  for (const Word word : ours) {
    const bool surplus = std::find(findings.ours.begin(), findings.ours.end(),
                                   word) != findings.ours.end();
    if (!surplus && !whole(word)) repaired.push_back(word);
  }
  for (const Word word : theirs) {
    const bool named =
        std::any_of(findings.theirs.begin(), findings.theirs.end(),
                    [word](Word w) { return NameOf(w) == NameOf(word); });
    const bool here =
        std::find(repaired.begin(), repaired.end(), word) != repaired.end();
    if (whole(word) || (named && !here)) repaired.push_back(word);
  }
  return Sorted(repaired);
}

RC_GTEST_PROP(ReconciliationProperty, EndsInTheOthersSet,
              (std::uint64_t seed)) {
  const auto some = [](std::size_t most) {
    return *rc::gen::inRange<std::size_t>(0, most);
  };
  const auto both = WordsOf(seed, some(3'000));
  const auto ours = Union(both, WordsOf(seed + 1, some(400)));
  const auto theirs = Union(both, WordsOf(seed + 2, some(1'500)));
  RC_PRE(ours != theirs);
  const Course run = Reconcile(ours, OtherSide(theirs), 1 + some(64));
  RC_ASSERT(Repaired(ours, theirs, run.findings) == theirs);
}

TEST(ReconciliationTest, OneDifferenceCostsEightSymbols) {
  const auto both = WordsOf(1, 50'000);
  const Course run = Reconcile(both, OtherSide(Union(both, WordsOf(2, 1))));
  EXPECT_EQ(run.round_trips, 1U);
  EXPECT_EQ(run.symbols, 8U);
  EXPECT_EQ(run.findings.theirs, WordsOf(2, 1));
  EXPECT_THAT(run.findings.ours, IsEmpty());
}

TEST(ReconciliationTest, AHundredChangedStayWithinFourKilobytes) {
  const auto both = WordsOf(1, 50'000);
  const Course run = Reconcile(Union(both, WordsOf(3, 100)),
                               OtherSide(Union(both, WordsOf(2, 100))));
  EXPECT_EQ(Sorted(run.findings.theirs), WordsOf(2, 100));
  EXPECT_EQ(Sorted(run.findings.ours), WordsOf(3, 100));
  EXPECT_LE(run.symbols, kSymbolsMax);
  EXPECT_EQ(run.parts, 0U);
}

TEST(ReconciliationTest, AThousandChangedAreFoundRangeByRange) {
  const auto both = WordsOf(1, 50'000);
  const Course run = Reconcile(Union(both, WordsOf(3, 1'000)),
                               OtherSide(Union(both, WordsOf(2, 1'000))));
  EXPECT_EQ(Sorted(run.findings.theirs), WordsOf(2, 1'000));
  EXPECT_EQ(Sorted(run.findings.ours), WordsOf(3, 1'000));
  EXPECT_EQ(run.parts, kRangeParts);
  EXPECT_LE(8 * (run.symbols + run.parts), 36'000U);
}

// All that changed lies in one of 4,096 ranges: the others are not looked into.
TEST(ReconciliationTest, RangesThatAgreeCostASum) {
  const auto both = WordsOf(1, 20'000);
  std::vector<Word> crowded;
  for (std::uint64_t i = 0; i < 1'000; ++i) {
    crowded.push_back(WordOf((Mixed(i) >> 12) | (std::uint64_t{0xabc} << 52)));
  }
  const auto theirs = Union(both, Sorted(crowded));
  const Course run = Reconcile(both, OtherSide(theirs));
  EXPECT_EQ(Repaired(both, theirs, run.findings), theirs);
  EXPECT_LE(8 * (run.symbols + run.parts), 12'000U);
}

TEST(ReconciliationTest, WhereNothingIsHereAllIsSent) {
  const auto theirs = WordsOf(1, 5'000);
  const Course run = Reconcile({}, OtherSide(theirs));
  EXPECT_EQ(run.findings.whole, std::vector{WordRange{}});
  EXPECT_EQ(run.symbols, 8U);
}

TEST(ReconciliationTest, WhereNothingIsThereAllIsSurplus) {
  const auto ours = WordsOf(1, 5'000);
  const Course run = Reconcile(ours, OtherSide({}));
  EXPECT_EQ(Repaired(ours, {}, run.findings), std::vector<Word>());
}

// Two members of one word on each side, of different content: no symbol shows
// it, nor does any sum. It ends in a range sent whole.
TEST(ReconciliationTest, ACraftedCollisionCostsTheNextRung) {
  const auto both = WordsOf(1, 5'000);
  const Course run = Reconcile(both, OtherSide(both));
  EXPECT_EQ(run.findings.whole, std::vector{WordRange{}});
  EXPECT_EQ(run.symbols, 8U);
  EXPECT_EQ(run.parts, kRangeParts);
}

// A word that is there three times and here once cannot be read off a symbol:
// the range that has it is sent whole, and it is a small one.
TEST(ReconciliationTest, ACollisionThatCannotBeDecodedIsNarrowedDown) {
  const auto both = WordsOf(1, 5'000);
  const std::vector<Word> twins = {both[7], both[7]};
  const Course run = Reconcile(both, OtherSide(Union(both, twins)));
  ASSERT_EQ(run.findings.whole.size(), 1U);
  const WordRange range = run.findings.whole[0];
  EXPECT_TRUE(range.Contains(both[7]));
  const auto in_range = std::count_if(
      both.begin(), both.end(), [&](Word w) { return range.Contains(w); });
  EXPECT_LE(static_cast<std::size_t>(in_range), kUndividedMax);
}

// An other side that makes up each answer so as to be asked on.
TEST(ReconciliationTest, ALiarIsNotAskedForEver) {
  Reconciliation reconciliation(WordsOf(1, 2'000));
  std::uint64_t random = 1;
  std::size_t asked = 0;
  while (!reconciliation.done()) {
    for (const Question& question : reconciliation.Questions(256)) {
      ++asked;
      Answer answer;
      answer.range = question.range;
      answer.words = 1'000'000;
      answer.from = question.from;
      for (std::uint32_t i = 0; i < question.count; ++i) {
        answer.symbols.push_back(random = Mixed(random));
      }
      if (question.asked == Asked::kParts) {
        for (std::uint32_t i = 0; i < kRangeParts; ++i) {
          answer.parts.push_back(random = Mixed(random));
        }
      }
      ASSERT_OK(reconciliation.Take(answer));
    }
  }
  EXPECT_LE(asked, 5 * kRangesMax);
  EXPECT_LE(reconciliation.findings().whole.size(), kRangeParts * kRangesMax);
}

// One that always says it has as many as we, so that division goes on.
TEST(ReconciliationTest, DivisionIsLimited) {
  Reconciliation reconciliation(WordsOf(1, 40'000));
  std::uint64_t random = 1;
  std::size_t most_open = 0;
  while (!reconciliation.done()) {
    const auto questions = reconciliation.Questions(~std::size_t{0});
    most_open = std::max(most_open, questions.size());
    for (const Question& question : questions) {
      Answer answer;
      answer.range = question.range;
      answer.words = question.range.bits == 0 ? 40'000 : 33;
      answer.from = question.from;
      answer.symbols.resize(question.count, random = Mixed(random));
      if (question.asked == Asked::kParts)
        answer.parts.resize(kRangeParts, random);
      ASSERT_OK(reconciliation.Take(answer));
    }
  }
  EXPECT_LE(most_open, kRangesMax);
}

TEST(ReconciliationTest, RefusesWhatItDidNotAskFor) {
  Reconciliation reconciliation(WordsOf(1, 100));
  const OtherSide other(WordsOf(2, 100));
  const Question question = reconciliation.Questions(1).at(0);
  const auto refused = [&](const std::function<void(Answer&)>& spoil,
                           std::string_view why) {
    Answer answer = other.To(question);
    spoil(answer);
    EXPECT_THAT(reconciliation.Take(answer),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr(std::string(why))));
  };
  refused([](Answer& a) { a.range.bits = 4; }, "was not asked about");
  refused([](Answer& a) { a.symbols.pop_back(); }, "7 symbols from 0");
  refused([](Answer& a) { a.symbols.push_back(1); }, "9 symbols from 0");
  refused([](Answer& a) { a.from = 8; }, "8 symbols from 8");
  EXPECT_EQ(reconciliation.Questions(1).at(0), question);
}

}  // namespace
}  // namespace chasqui::reconcile
