#include "sync/wire/evidence.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace chasqui::wire {
namespace {

constexpr int kNodeBits = 4;

// In 4,096ths; nothing is certain.
std::uint32_t ChanceOf(std::uint32_t ones, std::uint32_t times) {
  const std::uint64_t chance =
      (std::uint64_t{ones} * 10 + 4) * 4096 / (std::uint64_t{times} * 10 + 8);
  return static_cast<std::uint32_t>(std::clamp<std::uint64_t>(chance, 1, 4095));
}

// The most a leaf and its nodes take of the statistics' bytes.
constexpr std::size_t kLeafBytes = 7;
constexpr std::size_t kNodeBytes = 1;

}  // namespace

void Evidence::Note(const Contexts& contexts, std::uint32_t node, bool bit) {
  for (std::size_t i = 0; i < contexts.size(); ++i) {
    const std::uint64_t key = std::uint64_t{contexts[i]} << kNodeBits | node;
    if (nodes_.size() == kNodesMax && !nodes_.contains(key)) continue;
    Passed& passed = nodes_[key];
    ++passed.times;
    if (bit) ++passed.ones;
    if (passed.records == 0 || passed.last_record != record_) {
      ++passed.records;
      passed.last_record = record_;
    }
    const auto end = passed.known.begin() + passed.people;
    if (passed.people < passed.known.size() &&
        std::find(passed.known.begin(), end, person_) == end) {
      passed.known[passed.people++] = person_;
    }
  }
}

Statistics Evidence::Distilled() const {
  struct Candidate {
    std::uint64_t times = 0;
    std::vector<std::pair<std::uint32_t, std::uint32_t>> chances;
  };
  std::map<ContextKey, Candidate> leaves;
  for (const auto& [key, passed] : nodes_) {
    if (passed.records < Statistics::kRecordsMin ||
        passed.people < Statistics::kPeopleMin) {
      continue;
    }
    Candidate& leaf = leaves[static_cast<ContextKey>(key >> kNodeBits)];
    leaf.times += passed.times;
    leaf.chances.emplace_back(static_cast<std::uint32_t>(key) & 15,
                              ChanceOf(passed.ones, passed.times));
  }
  std::vector<std::pair<std::uint64_t, ContextKey>> order;
  for (const auto& [key, leaf] : leaves) order.emplace_back(leaf.times, key);
  std::sort(order.rbegin(), order.rend());

  Statistics statistics;
  std::size_t bytes = statistics.Encode().size();
  for (const auto& [times, key] : order) {
    const Candidate& leaf = leaves[key];
    bytes += kLeafBytes + kNodeBytes * leaf.chances.size();
    if (bytes > kStatisticsBytesMax) break;
    for (const auto& [node, chance] : leaf.chances) {
      statistics.Set(key, node, chance);
    }
  }
  return statistics;
}

}  // namespace chasqui::wire
