// A Kv in memory that counts commits, and fails or waits as it is told.

#ifndef CHASQUI_TESTS_STORAGE_STUBBORN_KV_H_
#define CHASQUI_TESTS_STORAGE_STUBBORN_KV_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/kv.h"
#include "storage/memory_kv.h"
#include "sync/base/mutex.h"

namespace chasqui::storage {

// Thread-safe.
class StubbornKv final : public Kv {
 public:
  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override {
    return kv_.Get(space, key, value);
  }
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override {
    return kv_.Scan(space, from, to, visit);
  }
  std::unique_ptr<KvBatch> NewBatch() const override { return kv_.NewBatch(); }
  absl::Status Commit(std::unique_ptr<KvBatch> batch, Sync sync) override {
    MutexLock lock(mutex_);
    ++arrived_;
    changed_.SignalAll();
    while (held_) changed_.Wait(mutex_);
    if (!failure_.ok()) return failure_;
    if (sync == Sync::kYes) ++commits_;
    return kv_.Commit(std::move(batch), sync);
  }
  absl::Status CheckRoom() const override {
    MutexLock lock(mutex_);
    return room_;
  }
  std::shared_ptr<const KvReader> Snapshot() const override {
    return kv_.Snapshot();
  }

  void set_failure(absl::Status failure) {
    MutexLock lock(mutex_);
    failure_ = std::move(failure);
  }
  void set_room(absl::Status room) {
    MutexLock lock(mutex_);
    room_ = std::move(room);
  }
  // Commits wait until it is let go.
  void Hold(bool held) {
    MutexLock lock(mutex_);
    held_ = held;
    changed_.SignalAll();
  }
  // Returns when `count` commits in all have come, though they may be held.
  void AwaitArrivals(int count) {
    MutexLock lock(mutex_);
    while (arrived_ < count) changed_.Wait(mutex_);
  }
  int arrived() const {
    MutexLock lock(mutex_);
    return arrived_;
  }
  int commits() const {
    MutexLock lock(mutex_);
    return commits_;
  }

 private:
  MemoryKv kv_;
  mutable Mutex mutex_;
  CondVar changed_;
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  int arrived_ ABSL_GUARDED_BY(mutex_) = 0;
  int commits_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status failure_ ABSL_GUARDED_BY(mutex_);
  absl::Status room_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_STUBBORN_KV_H_
