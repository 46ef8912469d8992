#ifndef CHASQUI_STORAGE_ENCODED_CACHE_H_
#define CHASQUI_STORAGE_ENCODED_CACHE_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"

namespace chasqui::storage {

// Values as they are stored, of those keys that were read or written lately:
// a survey's records fit into a tenth of the memory that they take decoded, and
// are found here at a tenth of what the store takes to find them.
//
// Two generations, each of half the budget: when the young one is full it
// becomes the old one, and what nobody has asked for since is forgotten.
//
// Thread-compatible.
template <typename Id>
class EncodedCache {
 public:
  // At most `bytes_max`, keys and what the map needs for each included.
  explicit EncodedCache(std::size_t bytes_max) : half_(bytes_max / 2) {}

  // Nullptr if it is not here. Good until the next call.
  const std::string* Find(const Id& id) {
    if (const auto it = young_.find(id); it != young_.end()) {
      return &it->second;
    }
    const auto it = old_.find(id);
    if (it == old_.end()) return nullptr;
    std::string value = std::move(it->second);
    old_.erase(it);
    return Keep(id, std::move(value));
  }

  void Put(const Id& id, std::string_view value) {
    Erase(id);
    Keep(id, std::string(value));
  }

  void Erase(const Id& id) {
    old_.erase(id);
    const auto it = young_.find(id);
    if (it == young_.end()) return;
    bytes_ -= CostOf(it->second);
    young_.erase(it);
  }

  void Clear() {
    young_.clear();
    old_.clear();
    bytes_ = 0;
  }

 private:
  using Values = absl::flat_hash_map<Id, std::string>;

  static std::size_t CostOf(const std::string& value) {
    return value.capacity() + 2 * sizeof(typename Values::value_type);
  }

  const std::string* Keep(const Id& id, std::string value) {
    const std::size_t cost = CostOf(value);
    if (bytes_ + cost > half_) {
      old_ = std::move(young_);
      young_ = Values();
      bytes_ = 0;
    }
    bytes_ += cost;
    return &young_.emplace(id, std::move(value)).first->second;
  }

  const std::size_t half_;
  Values young_;
  Values old_;
  std::size_t bytes_ = 0;  // of young_
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ENCODED_CACHE_H_
