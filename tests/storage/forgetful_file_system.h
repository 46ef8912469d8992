#ifndef CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_
#define CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "rocksdb/file_system.h"
#include "tests/storage/unsynced_names.h"

namespace chasqui::storage {

// A file system that loses what was not synced, however the process ends.
//
// What is appended to a file stays in this process until the file is synced,
// and only then goes to the file system below; and a file has its name there
// only once its directory was synced:
//
//     what is in a file   =  what was in it at its last Sync
//     what a name names   =  what it named at its directory's last Fsync
//
// So a kill, or closing without a sync, does what a power cut may do. Deleting
// is done at once, as is moving a file whose name was synced: a power cut may
// leave that either way. Thread-safe as far as the file system below is.
class ForgetfulFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit ForgetfulFileSystem(
      const std::shared_ptr<rocksdb::FileSystem>& below);

  // From now on syncs do nothing, nor does deleting or moving a file, as in a
  // process that runs down after the power went.
  void CutPower() { state_->power = false; }
  // From now on syncs fail.
  void FailSyncs() { state_->failing = true; }
  // From now on the write-ahead log is not synced, although it says so: what a
  // program does that forgot to ask for it.
  void NeglectLog() { state_->log_neglected = true; }
  // How often a file was synced.
  std::uint64_t syncs() const { return state_->syncs; }

  const char* Name() const override { return "ForgetfulFileSystem"; }
  rocksdb::IOStatus NewSequentialFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSSequentialFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewRandomAccessFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  // Not supported: our options recycle no files.
  rocksdb::IOStatus ReuseWritableFile(
      const std::string& name, const std::string& old_name,
      const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus NewDirectory(const std::string& name,
                                 const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* result,
                                 rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus FileExists(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetChildren(const std::string& directory,
                                const rocksdb::IOOptions& options,
                                std::vector<std::string>* result,
                                rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus GetFileSize(const std::string& name,
                                const rocksdb::IOOptions& options,
                                std::uint64_t* size,
                                rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus DeleteFile(const std::string& name,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus RenameFile(const std::string& from, const std::string& to,
                               const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override;

  // Shared with files and directories.
  struct State {
    explicit State(rocksdb::FileSystem& below) : names(below) {}

    // What a sync that does not get through says; OK if it does.
    rocksdb::IOStatus Broken() const {
      return failing ? rocksdb::IOStatus::IOError("the disk is broken")
                     : rocksdb::IOStatus::OK();
    }

    std::atomic<bool> power = true;
    std::atomic<bool> failing = false;
    std::atomic<bool> log_neglected = false;
    std::atomic<std::uint64_t> syncs = 0;
    UnsyncedNames names;
  };

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_
