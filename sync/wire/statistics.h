// What is usual in a survey's answers: shipped with a form version, so that
// the first record of a day costs what the fiftieth would.
//
// Statistics are not data. They hold, by context, how likely each bit of a
// symbol is, and how much each context counts. What a context was is hashed
// away, and a node is in them only if at least kRecordsMin records by at least
// kPeopleMin enumerators have passed it. So nothing that fewer have in common
// can be read from them: no name, no place, no single answer.
//
// A device without them still syncs: everything begins as unknown.

#ifndef CHASQUI_SYNC_WIRE_STATISTICS_H_
#define CHASQUI_SYNC_WIRE_STATISTICS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "sync/wire/entropy_coder.h"
#include "sync/wire/leaf_table.h"

namespace chasqui::wire {

// Of the form version's statistics as spelled by Encode().
inline constexpr std::size_t kStatisticsBytesMax = std::size_t{64} << 10;

std::array<Weights, kSymbolKinds> FirstWeightsOfAll();

// Immutable once made; thread-compatible.
class Statistics {
 public:
  static constexpr std::uint32_t kRecordsMin = 20;
  static constexpr std::uint32_t kPeopleMin = 5;
  // As often as a node of theirs counts as seen: enough to be believed, few
  // enough that a batch of another village soon has its own say.
  static constexpr std::uint32_t kSeen = 24;

  Statistics() : weights_(FirstWeightsOfAll()) {}

  const Leaf* Find(ContextKey key) const { return leaves_.Find(key); }
  const std::array<Weights, kSymbolKinds>& weights() const { return weights_; }
  std::size_t size() const { return leaves_.size(); }

  // Both for whoever trains them. The chance is in 4,096ths.
  void Set(ContextKey key, std::uint32_t node, std::uint32_t chance);
  void SetWeights(const std::array<Weights, kSymbolKinds>& weights);

  // Grammar in statistics.cc. The same statistics have one spelling, and what
  // is decoded equals what was trained: both ends compute with the same.
  std::string Encode() const;
  // InvalidArgument for anything that Encode() does not write, and beyond
  // kStatisticsBytesMax.
  static absl::StatusOr<Statistics> Decode(std::string_view bytes);

 private:
  LeafTable leaves_;
  std::array<Weights, kSymbolKinds> weights_;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_STATISTICS_H_
