// What a directory holds, before it is opened.

#ifndef CHASQUI_STORAGE_ROCKS_DIRECTORY_H_
#define CHASQUI_STORAGE_ROCKS_DIRECTORY_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "rocksdb/env.h"
#include "storage/rocks_kv.h"

namespace chasqui::storage {

// Where the files of a store are, if not in the operating system's file
// system; null if they are.
std::unique_ptr<rocksdb::Env> NewEnv(const RocksKvOptions& options);

inline rocksdb::Env* EnvOf(const std::unique_ptr<rocksdb::Env>& env) {
  return env != nullptr ? env.get() : rocksdb::Env::Default();
}

// Whether there is a store. FailedPrecondition if there is something else, or
// one with a column family that is not ours. Changes nothing.
absl::StatusOr<bool> HasStore(const std::string& directory, rocksdb::Env* env);

// The value of one key of Space::kMeta, of a store that may be of a layout
// nobody here knows: nothing else of it is looked at, and it is not changed in
// any way. Nullopt if there is no store or no such key. Errors as those of
// OpenRocksKv.
absl::StatusOr<std::optional<std::string>> PeekRocksKv(
    const std::string& directory, std::string_view key,
    const RocksKvOptions& options);

// An error met when opening `directory`, as people need to read it.
absl::Status Explained(const std::string& directory, absl::Status status);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROCKS_DIRECTORY_H_
