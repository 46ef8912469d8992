#ifndef CHASQUI_SERVER_BUCKET_INDEXES_H_
#define CHASQUI_SERVER_BUCKET_INDEXES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "sync/base/mutex.h"
#include "sync/bucket_index.h"
#include "sync/reader.h"

namespace chasqui::server {

// The indexes of the buckets that were compared lately. One is made from its
// feed when a device first asks about the bucket, which takes about a second
// for a million records, and brought up to date when one asks again.
//
// Keeps at most `records_max` records (some 90 bytes each) in all, but for the
// one in use; those that were used longest ago go first.
//
// Thread-safe: those who ask about one bucket wait for each other.
class BucketIndexes {
 public:
  explicit BucketIndexes(std::size_t records_max) : records_max_(records_max) {}

  // Calls `use` with the index of `bucket` as of the reader's head, and returns
  // what that does, or the store's error.
  absl::Status Use(const Reader& reader, const Bucket& bucket,
                   absl::FunctionRef<absl::Status(BucketIndex&)> use);

  // Records kept.
  std::size_t records() const;

 private:
  struct Slot {
    Mutex mutex;
    std::unique_ptr<BucketIndex> index ABSL_GUARDED_BY(mutex);
  };
  struct Kept {
    std::shared_ptr<Slot> slot;
    std::size_t records = 0;
    std::uint64_t used = 0;
  };
  using Name = std::pair<std::string, Bucket>;

  std::shared_ptr<Slot> SlotOf(const Name& name);
  void NoteUse(const Name& name, std::size_t records);

  const std::size_t records_max_;
  mutable Mutex mutex_;
  std::map<Name, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t uses_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_BUCKET_INDEXES_H_
