#ifndef CHASQUI_STORAGE_CACHED_TABLE_H_
#define CHASQUI_STORAGE_CACHED_TABLE_H_

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/node_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/encoded_cache.h"
#include "storage/keys.h"
#include "storage/kv.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {

// One table of a survey, as a single writer works on it: decoded values, read
// when first asked for, written together.
//
//     what is seen  =  what is stored  ⊕  what was edited since
//
// What is read stays here after that, as the next transaction often needs it
// again: nobody else writes this table, so it cannot become stale. What was
// edited stays for one transaction more at least: until then it may still be on
// its way to the store. Pointers stay good until Settle or Clear.
//
// `Table` says what is in it:
//   Id, Value                                  Id can be hashed by Abseil, and
//                                              is ordered as its keys are
//   kSpace; KeyOf(keys, id)
//   Make(id)                                   a new, empty value
//   Encode(value, out); Decode(id, bytes)
//   kEncodedBytesKept                          of what is no longer kept
//                                              decoded; 0: nothing
template <typename Table>
class CachedTable {
 public:
  using Id = typename Table::Id;
  using Value = typename Table::Value;

  CachedTable(const KvReader& kv, const Keys& keys, std::size_t capacity)
      : kv_(kv),
        keys_(keys),
        capacity_(capacity),
        kept_(Table::kEncodedBytesKept) {}

  // Nullptr if there is none.
  absl::StatusOr<const Value*> Find(const Id& id) {
    ASSIGN_OR_RETURN(Node * node, Load(id));
    return ValueOf(*node);
  }

  // The same, to be written by Flush.
  absl::StatusOr<Value*> Edit(const Id& id) {
    ASSIGN_OR_RETURN(Node * node, Load(id));
    if (node->second.value.has_value()) Touch(*node);
    return ValueOf(*node);
  }

  // As Edit, but made if there is none.
  absl::StatusOr<Value*> EditOrAdd(const Id& id) {
    ASSIGN_OR_RETURN(Node * node, Load(id));
    if (!node->second.value.has_value()) node->second.value = Table::Make(id);
    Touch(*node);
    return ValueOf(*node);
  }

  // REQUIRES: there is none. Reads nothing.
  Value* Add(const Id& id) {
    Node& node = *slots_.try_emplace(id).first;
    node.second.value = Table::Make(id);
    Touch(node);
    return ValueOf(node);
  }

  // No effect if there is none.
  absl::Status Erase(const Id& id) {
    ASSIGN_OR_RETURN(Node * node, Load(id));
    if (!node->second.value.has_value()) return absl::OkStatus();
    node->second.value.reset();
    Touch(*node);
    return absl::OkStatus();
  }

  // Adds what was edited to `batch`, in the order of the keys.
  void Flush(KvBatch& batch) {
    std::sort(edited_.begin(), edited_.end(),
              [](const Node* a, const Node* b) { return a->first < b->first; });
    for (const Node* node : edited_) {
      const Key key = Table::KeyOf(keys_, node->first);
      if (node->second.value.has_value()) {
        encoded_.clear();
        Table::Encode(*node->second.value, encoded_);
        batch.Put(Table::kSpace, key, encoded_);
        if constexpr (kKeepsEncoded) kept_.Put(node->first, encoded_);
      } else {
        batch.Delete(Table::kSpace, key);
        if constexpr (kKeepsEncoded) kept_.Erase(node->first);
      }
    }
  }

  // What was flushed is on its way to the store; what was flushed before that
  // is in it.
  void Settle() {
    if (slots_.size() > capacity_) {
      absl::erase_if(slots_,
                     [](const Node& node) { return !node.second.edited; });
    }
    for (Node* node : edited_) node->second.edited = false;
    edited_.clear();
  }

  // Forgets everything, edits too.
  void Clear() {
    edited_.clear();
    slots_.clear();
    kept_.Clear();
  }

 private:
  static constexpr bool kKeepsEncoded = Table::kEncodedBytesKept > 0;

  struct Slot {
    std::optional<Value> value;  // Nullopt: there is none.
    bool edited = false;
  };
  using Slots = absl::node_hash_map<Id, Slot>;
  using Node = typename Slots::value_type;

  static Value* ValueOf(Node& node) {
    return node.second.value.has_value() ? &*node.second.value : nullptr;
  }

  absl::StatusOr<Node*> Load(const Id& id) {
    if (const auto it = slots_.find(id); it != slots_.end()) return &*it;
    Slot slot;
    if constexpr (kKeepsEncoded) {
      if (const std::string* const kept = kept_.Find(id); kept != nullptr) {
        ASSIGN_OR_RETURN(slot.value, Table::Decode(id, *kept));
        return &*slots_.try_emplace(id, std::move(slot)).first;
      }
    }
    ASSIGN_OR_RETURN(const bool found,
                     kv_.Get(Table::kSpace, Table::KeyOf(keys_, id), encoded_));
    if (found) {
      ASSIGN_OR_RETURN(slot.value, Table::Decode(id, encoded_));
      if constexpr (kKeepsEncoded) kept_.Put(id, encoded_);
    }
    return &*slots_.try_emplace(id, std::move(slot)).first;
  }

  void Touch(Node& node) {
    if (node.second.edited) return;
    node.second.edited = true;
    edited_.push_back(&node);
  }

  const KvReader& kv_;
  const Keys keys_;
  const std::size_t capacity_;
  Slots slots_;
  EncodedCache<Id> kept_;
  std::vector<Node*> edited_;
  std::string encoded_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_CACHED_TABLE_H_
