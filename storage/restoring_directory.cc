#include "storage/restoring_directory.h"

#include <sys/stat.h>

#include <filesystem>
#include <system_error>
#include <utility>

#include "rocksdb/env.h"
#include "storage/rocks_status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// Where `name` leads: absolute, links followed, without a slash at its end.
std::filesystem::path PlaceOf(const std::string& name, std::error_code& error) {
  const std::filesystem::path absolute = std::filesystem::absolute(name, error);
  if (error) return {};
  std::filesystem::path place =
      std::filesystem::weakly_canonical(absolute, error);
  return place.has_filename() ? place : place.parent_path();
}

// Whether a directory that is there lies on another disk than its neighbour.
bool IsMountPoint(const std::string& place, const std::string& neighbour) {
  struct stat here {};
  struct stat beside {};
  return stat(place.c_str(), &here) == 0 &&
         stat(neighbour.c_str(), &beside) == 0 && here.st_dev != beside.st_dev;
}

absl::Status SyncDirectory(const std::string& path) {
  std::unique_ptr<rocksdb::Directory> directory;
  RETURN_IF_ERROR(
      FromRocks(rocksdb::Env::Default()->NewDirectory(path, &directory)));
  return FromRocks(directory->Fsync());
}

}  // namespace

RestoringDirectory::RestoringDirectory(std::string name, std::string path)
    : name_(std::move(name)), path_(std::move(path)) {}

absl::StatusOr<std::unique_ptr<RestoringDirectory>> RestoringDirectory::Make(
    const std::string& name) {
  std::error_code error;
  const std::string place = PlaceOf(name, error).string();
  if (error) {
    return absl::UnavailableError(StrCat(name, ": ", error.message()));
  }
  const std::string path = StrCat(place, ".restoring");
  const bool made = std::filesystem::create_directory(path, error);
  if (error) {
    return absl::UnavailableError(StrCat(path, ": ", error.message()));
  }
  if (!made) {
    return absl::FailedPreconditionError(
        StrCat(path,
               " is there, of a restore that is under way or was cut short: "
               "remove it if none is under way"));
  }
  std::unique_ptr<RestoringDirectory> directory(
      new RestoringDirectory(place, path));
  if (IsMountPoint(place, path)) {
    return absl::FailedPreconditionError(
        StrCat(place, " is the root of a disk: give a new directory in it"));
  }
  return directory;
}

RestoringDirectory::~RestoringDirectory() {
  if (became_) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

absl::Status RestoringDirectory::Become() {
  RETURN_IF_ERROR(SyncDirectory(path_));
  std::error_code error;
  std::filesystem::rename(path_, name_, error);
  if (error == std::errc::directory_not_empty ||
      error == std::errc::file_exists) {
    return absl::FailedPreconditionError(
        StrCat(name_, " is no longer empty: nothing was restored"));
  }
  if (error) {
    return absl::UnavailableError(StrCat(name_, ": ", error.message()));
  }
  became_ = true;
  return SyncDirectory(std::filesystem::path(name_).parent_path().string());
}

}  // namespace chasqui::storage
