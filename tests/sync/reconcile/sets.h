// Sets of words, and their other side, so that tests tell a story.

#ifndef CHASQUI_TESTS_SYNC_RECONCILE_SETS_H_
#define CHASQUI_TESTS_SYNC_RECONCILE_SETS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "sync/reconcile/reconciliation.h"
#include "sync/reconcile/words.h"

namespace chasqui::reconcile {

// `count` words, sorted; others for other seeds.
inline std::vector<Word> WordsOf(std::uint64_t seed, std::size_t count) {
  std::vector<Word> words;
  words.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    words.push_back(WordOf(Mixed(Mixed(seed) + i)));
  }
  std::sort(words.begin(), words.end());
  return words;
}

inline std::vector<Word> Union(std::vector<Word> words,
                               const std::vector<Word>& more) {
  words.insert(words.end(), more.begin(), more.end());
  std::sort(words.begin(), words.end());
  return words;
}

inline CodedSymbols SymbolsOf(const std::vector<Word>& words,
                              std::size_t count) {
  CodedSymbols symbols(count);
  for (const Word word : words) symbols.Add(word);
  return symbols;
}

// The other side, with all of its words in one place.
class OtherSide {
 public:
  explicit OtherSide(std::vector<Word> words) : words_(std::move(words)) {}

  Answer To(const Question& question) const {
    Answer answer;
    answer.range = question.range;
    answer.from = question.from;
    CodedSymbols symbols(question.from + question.count);
    if (question.asked == Asked::kParts) answer.parts.resize(kRangeParts);
    for (const Word word : words_) {
      if (!question.range.Contains(word)) continue;
      ++answer.words;
      symbols.Add(word);
      if (question.asked == Asked::kParts) {
        answer.parts[question.range.PartOf(word)] += word;
      }
    }
    answer.symbols.assign(symbols.symbols().begin() + question.from,
                          symbols.symbols().end());
    return answer;
  }

 private:
  std::vector<Word> words_;
};

}  // namespace chasqui::reconcile

#endif  // CHASQUI_TESTS_SYNC_RECONCILE_SETS_H_
