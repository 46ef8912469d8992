#ifndef CHASQUI_STORAGE_MEMORY_KV_H_
#define CHASQUI_STORAGE_MEMORY_KV_H_

#include <array>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "storage/kv.h"
#include "sync/base/mutex.h"

namespace chasqui::storage {

// A Kv that forgets everything when destroyed.
//
// Each key has the versions that somebody may still read, oldest first; commit
// n makes version n. A snapshot is a number, so that taking one costs nothing:
//
//     Get(key) at n  =  the last version of key not after n
//
// A version is dropped once a later one is not after any snapshot in use.
class MemoryKv final : public Kv {
 public:
  MemoryKv() = default;

  // A Kv of its own with what is in this one now: a backup.
  std::unique_ptr<MemoryKv> Copy() const;

  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override;
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override;
  std::unique_ptr<KvBatch> NewBatch() const override;
  absl::Status Commit(std::unique_ptr<KvBatch> batch, Sync sync) override;
  absl::Status CheckRoom() const override { return absl::OkStatus(); }
  std::shared_ptr<const KvReader> Snapshot() const override;

 private:
  friend class MemorySnapshot;

  struct Version {
    std::uint64_t commit = 0;
    bool deleted = false;
    std::string value;
  };
  using Versions = std::vector<Version>;
  using Table = std::map<std::string, Versions, std::less<>>;
  // A key with a version that `commit` made unnecessary.
  struct Garbage {
    std::uint64_t commit = 0;
    Space space = Space::kMeta;
    std::string key;
  };

  static const Version* VersionAt(const Versions& versions,
                                  std::uint64_t commit);

  bool GetAt(std::uint64_t commit, Space space, std::string_view key,
             std::string& value) const;
  absl::Status ScanAt(std::uint64_t commit, Space space, std::string_view from,
                      std::string_view to, Visit visit) const;
  void Release(std::uint64_t commit) const;
  void Collect() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable Mutex mutex_;
  std::array<Table, kSpaces> tables_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t last_ ABSL_GUARDED_BY(mutex_) = 0;
  std::deque<Garbage> garbage_ ABSL_GUARDED_BY(mutex_);
  mutable std::multiset<std::uint64_t> in_use_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_MEMORY_KV_H_
