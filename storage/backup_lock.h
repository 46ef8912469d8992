#ifndef CHASQUI_STORAGE_BACKUP_LOCK_H_
#define CHASQUI_STORAGE_BACKUP_LOCK_H_

#include <sys/types.h>

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"

namespace rocksdb {
class FileLock;
}  // namespace rocksdb

namespace chasqui::storage {

// Keeps others from a directory of backups for as long as it lives: by a lock
// of a file other processes, which says nothing to this one, and by its place
// those of this one, whatever name they have for it.
class DirectoryLock {
 public:
  // The file in the directory.
  static constexpr char kName[] = "LOCK";

  // Unavailable: somebody else is there; or I/O.
  static absl::StatusOr<std::unique_ptr<DirectoryLock>> Take(
      const std::string& directory);
  ~DirectoryLock();
  DirectoryLock(const DirectoryLock&) = delete;
  DirectoryLock& operator=(const DirectoryLock&) = delete;

  // Device and inode.
  using Place = std::pair<dev_t, ino_t>;

 private:
  DirectoryLock(rocksdb::FileLock* lock, const Place& place)
      : lock_(lock), place_(place) {}

  rocksdb::FileLock* const lock_;
  const Place place_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_BACKUP_LOCK_H_
