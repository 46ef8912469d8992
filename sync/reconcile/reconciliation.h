// Finds out where the other side's set differs from ours, by asking.
//
//   coded symbols     of a range, first of everything; at most 4 KiB of them
//        │ not enough
//   range sums        of the range's parts; those that differ are ranges of
//        │            their own (A. Meyer, Range-Based Set Reconciliation, SRDS
//        │            2023; his fingerprints are our sums)
//        │ no smaller, or as good as nothing is here
//   the whole range   all of it is to be sent, page by page
//
// What is answered is not believed: crafted answers cost at most the way down
// to whole ranges, whose number is limited.

#ifndef CHASQUI_SYNC_RECONCILE_RECONCILIATION_H_
#define CHASQUI_SYNC_RECONCILE_RECONCILIATION_H_

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "sync/reconcile/coded_symbols.h"
#include "sync/reconcile/words.h"

namespace chasqui::reconcile {

// What is asked of one range. Numbers reach the wire: never change one.
enum class Asked : std::uint8_t { kSymbols = 1, kParts = 2 };
struct Question {
  WordRange range;
  Asked asked = Asked::kSymbols;
  std::uint32_t from = 0;   // kSymbols: of these symbols, the first,
  std::uint32_t count = 0;  // and how many

  friend bool operator==(const Question&, const Question&) = default;
};

struct Answer {
  WordRange range;
  std::uint64_t words = 0;  // in the range, on the other side
  std::uint32_t from = 0;
  std::vector<Symbol> symbols;
  std::vector<Symbol> parts;  // kRangeParts sums of words, mod 2^64; or none
};

// At most so many ranges are looked at; what would be more is whole.
inline constexpr std::size_t kRangesMax = 16'384;
// A range of at most so many words on either side is not divided any more.
inline constexpr std::size_t kUndividedMax = 32;

struct Findings {
  std::vector<Word> theirs;      // to be asked for
  std::vector<Word> ours;        // not theirs
  std::vector<WordRange> whole;  // to be sent, all of it, sorted
};

// Thread-compatible.
class Reconciliation {
 public:
  // `words` are ours, sorted; some may be there more than once. The sets are
  // known to differ.
  explicit Reconciliation(std::vector<Word> words);

  // Of the ranges still open, at most `most`. The same until it is answered.
  std::vector<Question> Questions(std::size_t most) const;
  // InvalidArgument for an answer that was not asked for, or with another
  // number of symbols or parts. Answers may come in any order; what is not
  // answered is asked again.
  absl::Status Take(const Answer& answer);

  bool done() const { return open_.empty(); }
  // REQUIRES: done().
  Findings& findings() { return findings_; }

 private:
  struct Open {
    Question question;
    std::vector<Symbol> symbols;  // theirs, so far
    std::uint64_t words = 0;      // theirs
  };

  absl::Span<const Word> OursIn(const WordRange& range) const;
  void AskFirst(const WordRange& range);
  // Each returns whether the range has been dealt with.
  bool TakeSymbols(Open& open);
  void TakeParts(const Open& open, const std::vector<Symbol>& sums);
  bool GoDown(Open& open);
  void SendWhole(const WordRange& range) { findings_.whole.push_back(range); }

  std::vector<Word> words_;  // fixed after construction
  std::vector<Open> open_;
  std::size_t opened_ = 0;
  Findings findings_;
};

}  // namespace chasqui::reconcile

#endif  // CHASQUI_SYNC_RECONCILE_RECONCILIATION_H_
