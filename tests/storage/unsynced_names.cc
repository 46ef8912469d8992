#include "tests/storage/unsynced_names.h"

#include <filesystem>
#include <system_error>

#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

std::string DirectoryOf(const std::string& name) {
  return name.substr(0, name.rfind('/'));
}

}  // namespace

UnsyncedNames::~UnsyncedNames() {
  const MutexLock lock(mutex_);
  for (const std::string& directory : beside_) {
    std::error_code ignored;
    std::filesystem::remove_all(directory, ignored);
  }
}

std::string UnsyncedNames::NewPlace(const std::string& name) {
  const std::string beside = DirectoryOf(name) + ".unsynced";
  if (beside_.insert(beside).second) {
    // What an earlier process did not sync is lost.
    std::error_code ignored;
    std::filesystem::remove_all(beside, ignored);
    std::filesystem::create_directories(beside, ignored);
  }
  return StrCat(beside, "/", ++made_);
}

rocksdb::IOStatus UnsyncedNames::Rename(const std::string& from,
                                        const std::string& to) {
  const MutexLock lock(mutex_);
  const auto it = places_.find(from);
  if (it != places_.end()) {
    places_[to] = it->second;
    places_.erase(it);
    return rocksdb::IOStatus::OK();
  }
  places_.erase(to);
  return below_.RenameFile(from, to, {}, nullptr);
}

rocksdb::IOStatus UnsyncedNames::Delete(const std::string& name) {
  const MutexLock lock(mutex_);
  const auto it = places_.find(name);
  if (it == places_.end()) return below_.DeleteFile(name, {}, nullptr);
  const std::string place = it->second;
  places_.erase(it);
  // It may lie over one of that name which was synced.
  if (below_.FileExists(name, {}, nullptr).ok()) {
    rocksdb::IOStatus status = below_.DeleteFile(name, {}, nullptr);
    if (!status.ok()) return status;
  }
  return below_.DeleteFile(place, {}, nullptr);
}

rocksdb::IOStatus UnsyncedNames::Sync(const std::string& directory) {
  const MutexLock lock(mutex_);
  for (auto it = places_.begin(); it != places_.end();) {
    if (DirectoryOf(it->first) != directory) {
      ++it;
      continue;
    }
    rocksdb::IOStatus status =
        below_.RenameFile(it->second, it->first, {}, nullptr);
    if (!status.ok()) return status;
    it = places_.erase(it);
  }
  return rocksdb::IOStatus::OK();
}

std::vector<std::string> UnsyncedNames::In(const std::string& directory) const {
  std::vector<std::string> names;
  const MutexLock lock(mutex_);
  for (const auto& [name, place] : places_) {
    if (DirectoryOf(name) == directory) {
      names.push_back(name.substr(directory.size() + 1));
    }
  }
  return names;
}

}  // namespace chasqui::storage
