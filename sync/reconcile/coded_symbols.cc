#include "sync/reconcile/coded_symbols.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "sync/base/check.h"

namespace chasqui::reconcile {
namespace {

bool MapsTo(Word word, std::size_t index) {
  Mapping mapping(word);
  while (mapping.index() < index) mapping.Advance();
  return mapping.index() == index;
}

bool IsPure(Symbol sum, std::size_t index) {
  return (IsWord(sum) && MapsTo(sum, index)) ||
         (IsWord(-sum) && MapsTo(-sum, index));
}

// Takes words out of the symbols of a difference, one after the other.
class Peeling {
 public:
  explicit Peeling(std::vector<Symbol> symbols)
      : symbols_(std::move(symbols)) {}

  std::optional<Difference> Run() {
    for (std::size_t i = 0; i < symbols_.size(); ++i) waiting_.push_back(i);
    while (!waiting_.empty()) {
      const std::size_t index = waiting_.back();
      waiting_.pop_back();
      const Symbol sum = symbols_[index];
      if (sum == 0) continue;
      if (IsWord(sum) && MapsTo(sum, index)) {
        difference_.theirs.push_back(sum);
        TakeOut(sum, sum);
      } else if (IsWord(-sum) && MapsTo(-sum, index)) {
        difference_.ours.push_back(-sum);
        TakeOut(-sum, sum);
      }
      // There are not more words than symbols that gave them away.
      const std::size_t found =
          difference_.theirs.size() + difference_.ours.size();
      if (found > symbols_.size()) return std::nullopt;
    }
    const bool all = std::all_of(symbols_.begin(), symbols_.end(),
                                 [](Symbol sum) { return sum == 0; });
    if (!all) return std::nullopt;
    Cancel();
    return std::move(difference_);
  }

 private:
  // The sum of several words looks like one, once in 65,536 times. It was taken
  // out then as one side's, and put back as the other's.
  void Cancel() {
    std::vector<Word>& theirs = difference_.theirs;
    std::vector<Word>& ours = difference_.ours;
    std::sort(theirs.begin(), theirs.end());
    std::sort(ours.begin(), ours.end());
    Difference rest;
    std::set_difference(theirs.begin(), theirs.end(), ours.begin(), ours.end(),
                        std::back_inserter(rest.theirs));
    std::set_difference(ours.begin(), ours.end(), theirs.begin(), theirs.end(),
                        std::back_inserter(rest.ours));
    difference_ = std::move(rest);
  }
  void TakeOut(Word word, Symbol signed_word) {
    for (Mapping mapping(word); mapping.index() < symbols_.size();
         mapping.Advance()) {
      symbols_[mapping.index()] -= signed_word;
      waiting_.push_back(mapping.index());
    }
  }

  std::vector<Symbol> symbols_;
  std::vector<std::size_t> waiting_;
  Difference difference_;
};

}  // namespace

// P(next > j) = Π k/(k+2) over k = i+1 … j = (i+1)(i+2) / ((j+1)(j+2)). So with
// r drawn evenly from 1 … 2^32 the next one is the least j with
// (j+1)(j+2) r > (i+1)(i+2) 2^32.
void Mapping::Advance() {
  random_ = Mixed(random_);
  const std::uint64_t drawn = (random_ >> 32) + 1;
  const std::uint64_t i = index_;
  const std::uint64_t bound = (((i + 1) * (i + 2)) << 32) / drawn;
  if (bound >= (kSymbolsMax + 1) * kSymbolsMax) {
    index_ = kSymbolsMax;
    return;
  }
  // (j+1)(j+2) > bound from about sqrt(bound) - 1.5 on; made exact below.
  auto j = static_cast<std::uint64_t>(std::sqrt(static_cast<double>(bound)));
  j = std::max(j < 2 ? 0 : j - 2, i + 1);
  while ((j + 1) * (j + 2) <= bound) ++j;
  index_ = static_cast<std::size_t>(j);
}

void CodedSymbols::Add(Word word) {
  for (Mapping mapping(word); mapping.index() < symbols_.size();
       mapping.Advance()) {
    symbols_[mapping.index()] += word;
  }
}

void CodedSymbols::Remove(Word word) {
  for (Mapping mapping(word); mapping.index() < symbols_.size();
       mapping.Advance()) {
    symbols_[mapping.index()] -= word;
  }
}

std::optional<Difference> Decode(absl::Span<const Symbol> theirs,
                                 absl::Span<const Symbol> ours) {
  CHECK(theirs.size() == ours.size());
  CHECK(theirs.size() <= kSymbolsMax);
  std::vector<Symbol> difference(theirs.begin(), theirs.end());
  for (std::size_t i = 0; i < ours.size(); ++i) difference[i] -= ours[i];
  return Peeling(std::move(difference)).Run();
}

std::size_t WordsGiven(absl::Span<const Symbol> theirs,
                       absl::Span<const Symbol> ours) {
  CHECK(theirs.size() == ours.size());
  std::size_t given = 0;
  for (std::size_t i = ours.size() / 2; i < ours.size(); ++i) {
    const Symbol sum = theirs[i] - ours[i];
    if (sum != 0 && IsPure(sum, i)) ++given;
  }
  return given;
}

}  // namespace chasqui::reconcile
