// The members of the sets that are reconciled, and the ranges they lie in.

#ifndef CHASQUI_SYNC_RECONCILE_WORDS_H_
#define CHASQUI_SYNC_RECONCILE_WORDS_H_

#include <cstdint>

namespace chasqui::reconcile {

// Spreads every bit over all of them: the finalizer of SplitMix64 (Steele, Lea,
// Flood, Fast splittable pseudorandom number generators, OOPSLA 2014).
constexpr std::uint64_t Mixed(std::uint64_t bits) {
  bits += 0x9e3779b97f4a7c15;
  bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9;
  bits = (bits ^ (bits >> 27)) * 0x94d049bb133111eb;
  return bits ^ (bits >> 31);
}

// What stands for one member of a set: 48 bits of a keyed hash of it, then 16
// bits that follow from those. So a sum of words can be told from a word.
using Word = std::uint64_t;

constexpr Word WordOf(std::uint64_t hash) {
  const std::uint64_t member = hash >> 16;
  return (member << 16) | (Mixed(member) & 0xffff);
}
constexpr bool IsWord(std::uint64_t sum) { return WordOf(sum) == sum; }

// By so many of its highest bits a word is asked for. Words that share them are
// sent together, which costs what was sent for nothing.
inline constexpr std::uint32_t kNameBits = 32;
constexpr std::uint32_t NameOf(Word word) {
  return static_cast<std::uint32_t>(word >> (64 - kNameBits));
}

// A range is divided into so many parts of equal size.
inline constexpr std::uint32_t kRangeParts = 16;
inline constexpr std::uint32_t kPartBits = 4;

// The words whose first `bits` bits are those of `first`. Hashes spread evenly
// over ranges of equal size, whatever they are hashes of.
//
// INVARIANT: bits is a multiple of kPartBits, at most kNameBits; the other bits
// of first are 0.
struct WordRange {
  std::uint32_t bits = 0;
  Word first = 0;

  constexpr Word last() const {
    return bits == 0 ? ~Word{0} : first | (~Word{0} >> bits);
  }
  constexpr bool Contains(Word word) const {
    return first <= word && word <= last();
  }
  constexpr bool IsValid() const {
    return bits <= kNameBits && bits % kPartBits == 0 &&
           (bits == 0 ? first == 0 : (first & (~Word{0} >> bits)) == 0);
  }
  constexpr bool IsDivisible() const { return bits < kNameBits; }
  // REQUIRES: IsDivisible(); part < kRangeParts.
  constexpr WordRange Part(std::uint32_t part) const {
    const std::uint32_t inside = bits + kPartBits;
    return {inside, first | (Word{part} << (64 - inside))};
  }
  // Which part of it `word` lies in. REQUIRES: Contains(word), IsDivisible().
  constexpr std::uint32_t PartOf(Word word) const {
    return static_cast<std::uint32_t>(word >> (64 - bits - kPartBits)) &
           (kRangeParts - 1);
  }

  friend bool operator==(const WordRange&, const WordRange&) = default;
};

}  // namespace chasqui::reconcile

#endif  // CHASQUI_SYNC_RECONCILE_WORDS_H_
