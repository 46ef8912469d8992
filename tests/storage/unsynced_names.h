#ifndef CHASQUI_TESTS_STORAGE_UNSYNCED_NAMES_H_
#define CHASQUI_TESTS_STORAGE_UNSYNCED_NAMES_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "rocksdb/file_system.h"
#include "sync/base/mutex.h"

namespace chasqui::storage {

// The names of files that a power cut would take back: files made, or moved
// there, since their directory was last synced.
//
// Such a file lies in a directory beside, DIR.unsynced, and whoever asks for it
// by its name is sent there. When its directory is synced it moves to its
// name. So a process that is killed leaves in DIR what a power cut would, and
// what it leaves in DIR.unsynced the next one throws away. Thread-safe.
class UnsyncedNames {
 public:
  explicit UnsyncedNames(rocksdb::FileSystem& below) : below_(below) {}
  // Nobody comes back for what was not synced.
  ~UnsyncedNames();

  UnsyncedNames(const UnsyncedNames&) = delete;
  UnsyncedNames& operator=(const UnsyncedNames&) = delete;

  // Calls `visit` with where the file of that name lies. It does not move
  // meanwhile.
  template <typename Visit>
  rocksdb::IOStatus At(const std::string& name, Visit visit) {
    const MutexLock lock(mutex_);
    const auto it = places_.find(name);
    return visit(it == places_.end() ? name : it->second);
  }

  // Calls `create` with where a new file of that name is to lie.
  template <typename Create>
  rocksdb::IOStatus Add(const std::string& name, Create create) {
    const MutexLock lock(mutex_);
    const std::string place = NewPlace(name);
    rocksdb::IOStatus status = create(place);
    if (status.ok()) places_[name] = place;
    return status;
  }

  rocksdb::IOStatus Rename(const std::string& from, const std::string& to);
  rocksdb::IOStatus Delete(const std::string& name);
  // Gives the files of `directory` their names.
  rocksdb::IOStatus Sync(const std::string& directory);
  // The names of those that lie beside `directory`.
  std::vector<std::string> In(const std::string& directory) const;

 private:
  std::string NewPlace(const std::string& name)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  rocksdb::FileSystem& below_;
  mutable Mutex mutex_;
  std::map<std::string, std::string> places_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> beside_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t made_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_UNSYNCED_NAMES_H_
