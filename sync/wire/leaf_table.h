// What has been seen, by context.

#ifndef CHASQUI_SYNC_WIRE_LEAF_TABLE_H_
#define CHASQUI_SYNC_WIRE_LEAF_TABLE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/functional/function_ref.h"
#include "sync/wire/probability.h"

namespace chasqui::wire {

// A context: anything that both ends know when a symbol comes, as a hash. Two
// that have the same one share what they learn, which costs bits and nothing
// else. None is 0.
using ContextKey = std::uint32_t;

// (a * 0x9e3779b1 ^ b) * 0x85ebca6b, and its upper half onto its lower one; all
// mod 2^32.
inline ContextKey Mix(ContextKey a, std::uint32_t b) {
  const std::uint32_t mixed = (a * 0x9e37'79b1U ^ b) * 0x85eb'ca6bU;
  return mixed ^ (mixed >> 16);
}

// The tree of a symbol of up to four bits: node 1 decides its first bit, node
// 2 n + bit the one after node n. A cache line.
struct alignas(64) Leaf {
  std::array<Node, 16> nodes;  // the first is not used

  Node& At(std::uint32_t node) { return nodes[node]; }
  const Node& At(std::uint32_t node) const { return nodes[node]; }
};

// A map from contexts to leaves. Holds at most kLeavesMax: what comes later is
// not learned from. Thread-compatible.
class LeafTable {
 public:
  static constexpr std::size_t kLeavesMax = std::size_t{1} << 17;

  std::size_t size() const { return used_; }
  // Nullptr: nothing was seen there.
  const Leaf* Find(ContextKey key) const;
  // The leaf of `key`; one that nothing was seen of, if it is new. Nullptr if
  // the table is full. Stays where it is. REQUIRES: key is not 0.
  Leaf* At(ContextKey key);
  // In no order that means anything.
  void ForEach(absl::FunctionRef<void(ContextKey, const Leaf&)> visit) const;

 private:
  // Small enough for an allocator to keep at hand.
  static constexpr std::size_t kChunk = 256;

  struct Slot {
    ContextKey key = 0;  // 0: free
    std::uint32_t leaf = 0;
  };

  // Of the key, or of the free slot where it would be.
  std::size_t PlaceOf(ContextKey key) const {
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = key & mask;
    while (slots_[at].key != 0 && slots_[at].key != key) at = (at + 1) & mask;
    return at;
  }
  Leaf& LeafOf(const Slot& slot) const {
    return chunks_[slot.leaf / kChunk][slot.leaf % kChunk];
  }
  void Grow();

  std::vector<Slot> slots_;  // a power of two, at least half of them free
  std::vector<std::unique_ptr<Leaf[]>> chunks_;
  std::size_t used_ = 0;
};

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_LEAF_TABLE_H_
