#include "storage/backup_lock.h"

#include <sys/stat.h>

#include <cerrno>
#include <set>
#include <system_error>

#include "absl/base/thread_annotations.h"
#include "rocksdb/env.h"
#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// Where this process makes backups now. Thread-safe.
class BusyPlaces {
 public:
  // False if it is there already.
  bool Add(const DirectoryLock::Place& place) {
    const MutexLock lock(mutex_);
    return places_.insert(place).second;
  }
  void Remove(const DirectoryLock::Place& place) {
    const MutexLock lock(mutex_);
    places_.erase(place);
  }

 private:
  Mutex mutex_;
  std::set<DirectoryLock::Place> places_ ABSL_GUARDED_BY(mutex_);
};

BusyPlaces& BusyHere() {
  static auto* const kPlaces = new BusyPlaces();
  return *kPlaces;
}

absl::Status InUse(const std::string& directory, const std::string& why) {
  return absl::UnavailableError(StrCat(
      directory, " is in use: is another backup under way? (", why, ")"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectoryLock>> DirectoryLock::Take(
    const std::string& directory) {
  struct stat found {};
  if (stat(directory.c_str(), &found) != 0) {
    const std::error_code error(errno, std::generic_category());
    return absl::UnavailableError(StrCat(directory, ": ", error.message()));
  }
  const Place place(found.st_dev, found.st_ino);
  if (!BusyHere().Add(place)) return InUse(directory, "by this process");
  rocksdb::FileLock* lock = nullptr;
  const auto status =
      rocksdb::Env::Default()->LockFile(StrCat(directory, "/", kName), &lock);
  if (!status.ok()) {
    BusyHere().Remove(place);
    return InUse(directory, status.ToString());
  }
  return std::unique_ptr<DirectoryLock>(new DirectoryLock(lock, place));
}

DirectoryLock::~DirectoryLock() {
  rocksdb::Env::Default()->UnlockFile(lock_);
  BusyHere().Remove(place_);
}

}  // namespace chasqui::storage
