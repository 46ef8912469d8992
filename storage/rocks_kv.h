#ifndef CHASQUI_STORAGE_ROCKS_KV_H_
#define CHASQUI_STORAGE_ROCKS_KV_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/kv.h"

namespace rocksdb {
class DB;
class FileSystem;
}  // namespace rocksdb

namespace chasqui::storage {

// How a RocksKv is opened. The defaults are those of a server; the other
// values are for tests.
struct RocksKvOptions {
  // The whole store's share of memory: what is read often, and what is not
  // yet in tables.
  std::size_t block_cache_bytes = std::size_t{96} << 20;
  std::size_t write_buffer_bytes = std::size_t{96} << 20;

  // Below this much free space, or below a twentieth of the disk if that is
  // less, commits are refused: compaction and the log need room to end well.
  std::uint64_t reserve_bytes = std::uint64_t{256} << 20;
  // How much of the disk that holds the store is free, and how much it has.
  struct Disk {
    std::uint64_t free_bytes = 0;
    std::uint64_t total_bytes = 0;
  };
  // Empty: asks the operating system.
  std::function<absl::StatusOr<Disk>()> disk;

  // Called when a commit failed in a way that leaves open what is on disk. An
  // fsync is never tried again: what it left unwritten may have been dropped.
  // Must end the process; where it returns, as in a test, all further commits
  // are refused. Empty: prints the message to stderr and aborts.
  std::function<void(std::string_view message)> on_fatal;

  // Opens, for reading alone, also a store whose write-ahead log is damaged: as
  // it was before the first write that cannot be read.
  bool salvage = false;

  // Makes no store where there is none: NotFound.
  bool must_exist = false;

  // Empty: the operating system's.
  std::shared_ptr<rocksdb::FileSystem> file_system;
};

// A store of RocksDB's, whose files can be copied while it is at work.
class RocksStore : public Kv {
 public:
  virtual rocksdb::DB& db() = 0;
};

// Opens the store in `directory`, which is made if it is not there and need not
// be.
//
// Errors:
//   Unavailable          another process, or another part of this one, has it
//                        open; or I/O
//   FailedPrecondition   the directory holds something else
//   DataLoss             it is damaged
absl::StatusOr<std::unique_ptr<RocksStore>> OpenRocksKv(
    const std::string& directory, const RocksKvOptions& options);

// Opens the store in `directory` for reading. It is not changed in any way;
// commits are refused. Nobody else can open it meanwhile. The same errors, and
// NotFound if there is no store.
absl::StatusOr<std::unique_ptr<Kv>> OpenRocksKvReadOnly(
    const std::string& directory, const RocksKvOptions& options);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROCKS_KV_H_
