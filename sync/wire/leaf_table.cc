#include "sync/wire/leaf_table.h"

#include <algorithm>
#include <utility>

namespace chasqui::wire {
namespace {

constexpr std::size_t kSlotsMin = 1024;

}  // namespace

const Leaf* LeafTable::Find(ContextKey key) const {
  if (slots_.empty()) return nullptr;
  const Slot& slot = slots_[PlaceOf(key)];
  return slot.key == 0 ? nullptr : &LeafOf(slot);
}

Leaf* LeafTable::At(ContextKey key) {
  if (2 * used_ >= slots_.size()) Grow();
  Slot& slot = slots_[PlaceOf(key)];
  if (slot.key != 0) return &LeafOf(slot);
  if (used_ == kLeavesMax) return nullptr;
  if (used_ % kChunk == 0) chunks_.push_back(std::make_unique<Leaf[]>(kChunk));
  slot = {key, static_cast<std::uint32_t>(used_++)};
  return &LeafOf(slot);
}

void LeafTable::Grow() {
  if (used_ == kLeavesMax) return;
  std::vector<Slot> before(std::max(kSlotsMin, 2 * slots_.size()));
  std::swap(before, slots_);
  for (const Slot& slot : before) {
    if (slot.key != 0) slots_[PlaceOf(slot.key)] = slot;
  }
}

void LeafTable::ForEach(
    absl::FunctionRef<void(ContextKey, const Leaf&)> visit) const {
  for (const Slot& slot : slots_) {
    if (slot.key != 0) visit(slot.key, LeafOf(slot));
  }
}

}  // namespace chasqui::wire
