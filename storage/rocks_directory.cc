#include "storage/rocks_directory.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/file_system.h"
#include "storage/rocks_options.h"
#include "storage/rocks_status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

// OK if `directory` is empty or not there.
absl::Status CheckNothingElse(const std::string& directory, rocksdb::Env* env) {
  std::vector<std::string> files;
  if (!env->GetChildren(directory, &files).ok()) return absl::OkStatus();
  // LOCK and LOG may be left of a start that got no further.
  for (const std::string& file : files) {
    if (file == "." || file == ".." || file == "LOCK" ||
        file.rfind("LOG", 0) == 0 || file == "lost+found") {
      continue;
    }
    return absl::FailedPreconditionError(
        StrCat(directory, " holds something that is not Chasqui's, such as ",
               file, ": give an empty or new directory"));
  }
  return absl::OkStatus();
}

rocksdb::Status Peek(const std::string& directory, std::string_view key,
                     rocksdb::Env* env, std::string& value) {
  rocksdb::DB* opened = nullptr;
  rocksdb::Status status = rocksdb::DB::OpenForReadOnly(
      rocksdb::Options(RocksOptionsFor({}, env), {}), directory, &opened);
  if (!status.ok()) return status;
  const std::unique_ptr<rocksdb::DB> db(opened);
  return db->Get({}, key, &value);
}

}  // namespace

std::unique_ptr<rocksdb::Env> NewEnv(const RocksKvOptions& options) {
  if (options.file_system == nullptr) return nullptr;
  return rocksdb::NewCompositeEnv(options.file_system);
}

// A directory in use is the error that people will meet; damage the one they
// will not know what to do about.
absl::Status Explained(const std::string& directory, absl::Status status) {
  if (absl::IsUnavailable(status) &&
      status.message().find("LOCK") != std::string_view::npos) {
    return absl::UnavailableError(
        StrCat(directory, " is open elsewhere: is a server running? (",
               status.message(), ")"));
  }
  if (absl::IsDataLoss(status)) {
    return absl::DataLossError(
        StrCat(directory, " is damaged: ", status.message()));
  }
  return status;
}

absl::StatusOr<bool> HasStore(const std::string& directory, rocksdb::Env* env) {
  if (!env->FileExists(directory + "/CURRENT").ok()) {
    RETURN_IF_ERROR(CheckNothingElse(directory, env));
    return false;
  }
  std::vector<std::string> found;
  RETURN_IF_ERROR(
      Explained(directory, FromRocks(rocksdb::DB::ListColumnFamilies(
                               RocksOptionsFor({}, env), directory, &found))));
  const auto families = RocksFamilies({});
  for (const std::string& name : found) {
    if (std::none_of(families.begin(), families.end(),
                     [&name](const auto& f) { return f.name == name; })) {
      return absl::FailedPreconditionError(
          StrCat(directory,
                 " is a database of another program, or of a newer "
                 "version of this one: it has a column family ",
                 name));
    }
  }
  return true;
}

absl::StatusOr<std::optional<std::string>> PeekRocksKv(
    const std::string& directory, std::string_view key,
    const RocksKvOptions& options) {
  const auto env = NewEnv(options);
  ASSIGN_OR_RETURN(const bool exists, HasStore(directory, EnvOf(env)));
  if (!exists) return std::nullopt;
  rocksdb::FileLock* lock = nullptr;
  RETURN_IF_ERROR(Explained(
      directory, FromRocks(EnvOf(env)->LockFile(directory + "/LOCK", &lock))));
  std::string value;
  const rocksdb::Status status = Peek(directory, key, EnvOf(env), value);
  EnvOf(env)->UnlockFile(lock);
  if (status.IsNotFound()) return std::nullopt;
  RETURN_IF_ERROR(Explained(directory, FromRocks(status)));
  return value;
}

}  // namespace chasqui::storage
