// How likely bits are: what has been seen of one, and how several opinions
// become one. Integers only, so that every machine computes the same.
//
// Opinions are mixed in the logistic domain, after Mahoney, "Adaptive weighing
// of context models for lossless data compression" (2005).

#ifndef CHASQUI_SYNC_WIRE_PROBABILITY_H_
#define CHASQUI_SYNC_WIRE_PROBABILITY_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "sync/wire/range_coder.h"

namespace chasqui::wire {

// ln(p / (1 - p)) in 256ths, and its inverse; p in 4,096ths. What is more
// certain than e^8 to 1 counts as that.
inline constexpr int kStretchMax = 2047;
extern const std::array<std::int16_t, 4096> kStretched;
extern const std::array<std::uint16_t, 4096> kSquashed;

inline std::int32_t Stretch(std::uint32_t p) { return kStretched[p]; }
inline std::uint32_t Squash(std::int32_t stretched) {
  const std::int32_t place = stretched + 2048;
  return kSquashed[static_cast<std::size_t>(place)];
}

// What has been seen of one bit in one context.
//
//   chance := 22 bits, of 1        seen := 10 bits, how often, up to kSeenMax
//
// Each bit moves the chance towards itself by 1 / (seen + 1.5): the first
// counts much, later ones less, and never less than a kSeenMax-th: what is true
// here may not be true in the next village.
class Node {
 public:
  static constexpr std::uint32_t kSeenMax = 127;
  static constexpr Chance kChanceMin = 8;
  static constexpr Chance kChanceMax = (Chance{1} << kChanceBits) - kChanceMin;

  std::uint32_t p12() const { return state_ >> 20; }
  std::uint32_t seen() const { return state_ & 0x3ff; }
  // Never quite certain.
  Chance chance() const {
    return std::clamp<Chance>(state_ >> 16, kChanceMin, kChanceMax);
  }
  void Update(bool bit);
  // One that has been seen `seen` times, with a chance of `p` 4,096ths.
  static Node Of(std::uint32_t p, std::uint32_t seen);

  friend bool operator==(const Node&, const Node&) = default;

 private:
  std::uint32_t state_ = std::uint32_t{1} << 31;
};

// 65,536 / (seen + 1.5)
extern const std::array<std::uint16_t, Node::kSeenMax + 1> kRates;
// 0, 1, 2, 3–4, 5–8, 9–16, 17–32, more.
extern const std::array<std::uint8_t, Node::kSeenMax + 1> kSeenClassOf;

inline void Node::Update(bool bit) {
  const std::uint32_t n = seen();
  const auto p = static_cast<std::int64_t>(state_ >> 10);
  const std::int64_t target = bit ? (std::int64_t{1} << 22) - 1 : 0;
  const std::int64_t moved = p + ((target - p) * kRates[n] >> 16);
  state_ = (static_cast<std::uint32_t>(moved) << 10) |
           (n < kSeenMax ? n + 1 : kSeenMax);
}

// How much each opinion counts: by whose it is, and by how often that one has
// seen the case. 65,536 is once.
inline constexpr std::size_t kOpinionsMax = 6;
inline constexpr std::size_t kSeenClasses = 8;
using Weights =
    std::array<std::array<std::int32_t, kSeenClasses>, kOpinionsMax>;
Weights FirstWeights();
inline constexpr std::int32_t kWeightMax = std::int32_t{16} << 16;

// One decision: asks the nodes, then learns from what it was.
//
//   chance = Squash(sum of weight * Stretch(opinion))
//   weight += (bit - chance) * Stretch(opinion) / 2^10, where that was a
//   surprise
//
// A single opinion is taken as it is.
class Mixed {
 public:
  explicit Mixed(Weights& weights) : weights_(weights) {}

  // REQUIRES: fewer than kOpinionsMax were added.
  void Add(Node& node) {
    Opinion& opinion = opinions_[count_];
    opinion.node = &node;
    opinion.stretched = Stretch(node.p12());
    opinion.weight = &weights_[count_][kSeenClassOf[node.seen()]];
    sum_ += std::int64_t{opinion.stretched} * *opinion.weight;
    ++count_;
  }
  Chance chance() {
    if (count_ == 1) return opinions_[0].node->chance();
    const std::int64_t limit = kStretchMax;
    p_ = Squash(
        static_cast<std::int32_t>(std::clamp(sum_ >> 16, -limit, limit)));
    return std::clamp<Chance>(p_, 1, 4095) << (kChanceBits - 12);
  }
  void Learn(bool bit) {
    const std::int32_t error = (bit ? 4095 : 0) - static_cast<std::int32_t>(p_);
    for (std::size_t i = 0; i < count_; ++i) opinions_[i].node->Update(bit);
    if (count_ == 1 || (error >= -kNoSurprise && error <= kNoSurprise)) return;
    for (std::size_t i = 0; i < count_; ++i) {
      const Opinion& opinion = opinions_[i];
      *opinion.weight =
          std::clamp(*opinion.weight + ((opinion.stretched * error) >> 10),
                     -kWeightMax, kWeightMax);
    }
  }

 private:
  static constexpr std::int32_t kNoSurprise = 31;  // 4,096ths

  struct Opinion {
    Node* node;
    std::int32_t* weight;
    std::int32_t stretched;
  };

  Weights& weights_;
  std::array<Opinion, kOpinionsMax> opinions_;  // the first count_ of them
  std::size_t count_ = 0;
  std::int64_t sum_ = 0;
  std::uint32_t p_ = 2048;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_PROBABILITY_H_
