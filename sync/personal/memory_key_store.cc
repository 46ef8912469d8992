#include "sync/personal/memory_key_store.h"

#include "sync/base/status_macros.h"

namespace chasqui::personal {

absl::StatusOr<std::optional<KeptKey>> MemoryKeyStore::Find(
    std::string_view survey, const RecordId& record) const {
  const MutexLock lock(mutex_);
  const auto at = keys_.find({std::string(survey), record});
  if (at == keys_.end()) return std::optional<KeptKey>();
  return std::optional(at->second);
}

absl::Status MemoryKeyStore::Add(
    std::string_view survey,
    const std::vector<std::pair<RecordId, std::string>>& wrapped) {
  const MutexLock lock(mutex_);
  for (const auto& [record, key] : wrapped) {
    keys_.try_emplace({std::string(survey), record}, KeptKey{key, 0});
  }
  return absl::OkStatus();
}

absl::Status MemoryKeyStore::Destroy(
    std::string_view survey,
    const std::vector<std::pair<RecordId, Seq>>& erased) {
  const MutexLock lock(mutex_);
  for (const auto& [record, seq] : erased) {
    keys_[{std::string(survey), record}] = {"", seq};
  }
  return absl::OkStatus();
}

absl::Status MemoryKeyStore::ForEach(See see) const {
  const MutexLock lock(mutex_);
  for (const auto& [place, key] : keys_) {
    RETURN_IF_ERROR(see(place.first, place.second, key));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::personal
