#include "server/bucket_indexes.h"

#include <algorithm>

#include "sync/base/status_macros.h"
#include "sync/lineage.h"

namespace chasqui::server {

std::shared_ptr<BucketIndexes::Slot> BucketIndexes::SlotOf(const Name& name) {
  const MutexLock lock(mutex_);
  Kept& kept = kept_[name];
  if (kept.slot == nullptr) kept.slot = std::make_shared<Slot>();
  kept.used = ++uses_;
  return kept.slot;
}

void BucketIndexes::NoteUse(const Name& name, std::size_t records) {
  const MutexLock lock(mutex_);
  const auto at = kept_.find(name);
  if (at == kept_.end()) return;
  at->second.records = records;
  std::size_t sum = 0;
  for (const auto& [other, kept] : kept_) sum += kept.records;
  while (sum > records_max_ && !kept_.empty()) {
    const auto oldest = std::min_element(kept_.begin(), kept_.end(),
                                         [](const auto& a, const auto& b) {
                                           return a.second.used < b.second.used;
                                         });
    sum -= oldest->second.records;
    kept_.erase(oldest);
  }
}

absl::Status BucketIndexes::Use(
    const Reader& reader, const Bucket& bucket,
    absl::FunctionRef<absl::Status(BucketIndex&)> use) {
  const Name name(reader.survey().name, bucket);
  const LogName log = PresentName(reader.survey().lineage);
  const std::shared_ptr<Slot> slot = SlotOf(name);
  const MutexLock lock(slot->mutex);
  // A snapshot older than the index cannot be answered from it: it is a rare
  // thing, as both are young, and one is made for it alone.
  std::unique_ptr<BucketIndex> own;
  const bool fits = slot->index != nullptr && slot->index->log() == log;
  if (fits && slot->index->seq() > reader.head()) {
    own = std::make_unique<BucketIndex>(name.first, log, bucket);
  } else if (!fits) {
    slot->index = std::make_unique<BucketIndex>(name.first, log, bucket);
  }
  BucketIndex& index = own != nullptr ? *own : *slot->index;
  RETURN_IF_ERROR(index.Advance(reader));
  if (own == nullptr) NoteUse(name, index.records());
  return use(index);
}

std::size_t BucketIndexes::records() const {
  const MutexLock lock(mutex_);
  std::size_t sum = 0;
  for (const auto& [name, kept] : kept_) sum += kept.records;
  return sum;
}

}  // namespace chasqui::server
