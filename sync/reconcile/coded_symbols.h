// Rateless set reconciliation: L. Yang, Y. Gilad, M. Alizadeh, Practical
// Rateless Set Reconciliation, SIGCOMM 2024.
//
//   symbol(i)  =  Σ of the words that map to i, mod 2^64
//
// Every word maps to symbol 0, and to symbol i with probability 2 / (i + 2): of
// any number of first symbols each word is in a few. Symbols are linear, so the
// difference of two sets' symbols is the symbols of their difference; a symbol
// that only one word maps to is that word, or, if it is the other side's, its
// negative. Taking it out of the others leaves more such. The first 1.35 d to
// 1.72 d symbols give away d differences, however large the sets.
//
// The paper sums by exclusive or and keeps a count and a checksum in each
// symbol. Here words carry their check, and the sign of a sum says whose it is:
// a symbol is 8 bytes.

#ifndef CHASQUI_SYNC_RECONCILE_CODED_SYMBOLS_H_
#define CHASQUI_SYNC_RECONCILE_CODED_SYMBOLS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "sync/reconcile/words.h"

namespace chasqui::reconcile {

using Symbol = std::uint64_t;

// 4 KiB of them. Where these do not do, the range is divided.
inline constexpr std::size_t kSymbolsMax = 512;

// The symbols a word maps to, ascending: 0 first. Integers only, so that it is
// the same on every machine.
class Mapping {
 public:
  explicit Mapping(Word word) : random_(word) {}

  std::size_t index() const { return index_; }
  // Goes on to the next one; kSymbolsMax when it is not below that.
  void Advance();

 private:
  std::uint64_t random_;
  std::size_t index_ = 0;
};

// The first symbols of a set. Thread-compatible.
class CodedSymbols {
 public:
  // REQUIRES: count <= kSymbolsMax.
  explicit CodedSymbols(std::size_t count) : symbols_(count) {}

  void Add(Word word);
  // REQUIRES: it was added.
  void Remove(Word word);

  const std::vector<Symbol>& symbols() const { return symbols_; }

 private:
  std::vector<Symbol> symbols_;
};

struct Difference {
  std::vector<Word> theirs;  // not ours
  std::vector<Word> ours;    // not theirs
};

// What `theirs` and `ours`, as many symbols of two sets, give away. Nullopt if
// they are too few. Takes no longer for crafted symbols than for good ones: at
// most one word is taken out for each symbol.
//
// REQUIRES: both are of one size, at most kSymbolsMax.
std::optional<Difference> Decode(absl::Span<const Symbol> theirs,
                                 absl::Span<const Symbol> ours);

// How many symbols of the latter half give a word by themselves: the fewer, the
// more differences there are for each symbol. With d differences, of symbol i
//
//   P(one word alone maps to it) = λ e^-λ     λ = 2 d / (i + 2)
std::size_t WordsGiven(absl::Span<const Symbol> theirs,
                       absl::Span<const Symbol> ours);

}  // namespace chasqui::reconcile

#endif  // CHASQUI_SYNC_RECONCILE_CODED_SYMBOLS_H_
