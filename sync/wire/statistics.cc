// statistics := version weights leaves
// version    := 0x01
// weights    := weight{kinds * opinions * classes}    zigzag, of 1,024ths
// leaves     := n:varint n*leaf                       by key, ascending
// leaf       := step:varint nodes chance*             step: from the key before
// nodes      := 2 bytes, little-endian                bit i: node i follows
// chance     := byte           by the node's number; i stands for the i-th of
//                              the values that Squash(16 n) has, n = -127 … 127
//
// One set of statistics has one spelling.

#include "sync/wire/statistics.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::wire {
namespace {

constexpr std::uint8_t kVersion = 1;
constexpr std::int32_t kWeightStep = 64;
constexpr std::int32_t kWeightSteps = 16 * 1024;
constexpr int kChanceStep = 16;
constexpr std::uint32_t kNodes = 16;

std::vector<std::uint32_t> MakeLevels() {
  std::vector<std::uint32_t> levels;
  for (int n = -kStretchMax / kChanceStep; n <= kStretchMax / kChanceStep;
       ++n) {
    const std::uint32_t p = Squash(n * kChanceStep);
    if (levels.empty() || levels.back() < p) levels.push_back(p);
  }
  return levels;
}

// The chances that are told apart, ascending; fewer than 256.
const std::vector<std::uint32_t>& Levels() {
  static const std::vector<std::uint32_t> kLevels = MakeLevels();
  return kLevels;
}

// The highest level that is not above `p`.
std::size_t LevelOf(std::uint32_t p) {
  const auto& levels = Levels();
  const auto above = std::upper_bound(levels.begin(), levels.end(), p);
  return above == levels.begin()
             ? 0
             : static_cast<std::size_t>(above - levels.begin()) - 1;
}

absl::Status Wrong(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("statistics: ", what));
}

void WriteLeaf(const Leaf& leaf, ByteWriter& out) {
  std::uint32_t nodes = 0;
  for (std::uint32_t i = 1; i < kNodes; ++i) {
    if (leaf.At(i).seen() != 0) nodes |= std::uint32_t{1} << i;
  }
  out.Byte(static_cast<std::uint8_t>(nodes));
  out.Byte(static_cast<std::uint8_t>(nodes >> 8));
  for (const Node& node : leaf.nodes) {
    if (node.seen() == 0) continue;
    out.Byte(static_cast<std::uint8_t>(LevelOf(node.p12())));
  }
}

void ReadLeaf(ContextKey key, ByteReader& in, Statistics& statistics) {
  const std::uint32_t low = in.Byte();
  const std::uint32_t nodes = low | std::uint32_t{in.Byte()} << 8;
  if (nodes == 0 || (nodes & 1) != 0) in.Fail();
  for (std::uint32_t i = 1; i < kNodes && in.ok(); ++i) {
    if ((nodes >> i & 1) == 0) continue;
    const std::size_t level = in.Byte();
    if (level >= Levels().size()) in.Fail();
    if (in.ok()) statistics.Set(key, i, Levels()[level]);
  }
}

}  // namespace

std::array<Weights, kSymbolKinds> FirstWeightsOfAll() {
  std::array<Weights, kSymbolKinds> all;
  all.fill(FirstWeights());
  return all;
}

void Statistics::Set(ContextKey key, std::uint32_t node, std::uint32_t chance) {
  CHECK(node > 0 && node < kNodes && leaves_.size() < LeafTable::kLeavesMax);
  leaves_.At(key)->At(node) = Node::Of(Levels()[LevelOf(chance)], kSeen);
}

void Statistics::SetWeights(const std::array<Weights, kSymbolKinds>& weights) {
  weights_ = weights;
  for (Weights& kind : weights_) {
    for (auto& opinion : kind) {
      for (std::int32_t& weight : opinion) {
        weight = std::clamp(weight / kWeightStep, -kWeightSteps, kWeightSteps) *
                 kWeightStep;
      }
    }
  }
}

std::string Statistics::Encode() const {
  std::string bytes;
  ByteWriter out(bytes);
  out.Byte(kVersion);
  for (const Weights& kind : weights_) {
    for (const auto& opinion : kind) {
      for (const std::int32_t weight : opinion) {
        out.Zigzag(weight / kWeightStep);
      }
    }
  }
  std::vector<std::pair<ContextKey, const Leaf*>> sorted;
  leaves_.ForEach([&sorted](ContextKey key, const Leaf& leaf) {
    sorted.emplace_back(key, &leaf);
  });
  std::sort(sorted.begin(), sorted.end());
  out.Varint(sorted.size());
  ContextKey before = 0;
  for (const auto& [key, leaf] : sorted) {
    out.Varint(key - before);
    before = key;
    WriteLeaf(*leaf, out);
  }
  return bytes;
}

absl::StatusOr<Statistics> Statistics::Decode(std::string_view bytes) {
  if (bytes.size() > kStatisticsBytesMax) {
    return Wrong(
        StrCat(bytes.size(), " bytes; the limit is ", kStatisticsBytesMax));
  }
  ByteReader in(bytes);
  if (in.Byte() != kVersion) return Wrong("of no version known here");
  Statistics statistics;
  for (Weights& kind : statistics.weights_) {
    for (auto& opinion : kind) {
      for (std::int32_t& weight : opinion) {
        const std::int64_t steps = in.Zigzag();
        if (steps < -kWeightSteps || steps > kWeightSteps) in.Fail();
        weight = in.ok() ? static_cast<std::int32_t>(steps) * kWeightStep : 0;
      }
    }
  }
  const std::size_t count = in.Count(4);
  ContextKey key = 0;
  for (std::size_t i = 0; i < count && in.ok(); ++i) {
    const std::uint32_t step = in.Varint32();
    if (step == 0 || step > ~key) in.Fail();
    key += step;
    if (in.ok()) ReadLeaf(key, in, statistics);
  }
  if (!in.done()) return Wrong("malformed or cut short");
  return statistics;
}

}  // namespace chasqui::wire
