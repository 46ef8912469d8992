#ifndef CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_
#define CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "rocksdb/file_system.h"

namespace chasqui::storage {

// A file system that loses what was not synced, however the process ends.
//
// What is appended to a file stays in this process until the file is synced,
// and only then goes to the file system below:
//
//     what is on disk  =  what was there at the file's last Sync
//
// So a kill, or closing without a sync, does what a power cut may do. File
// names are not forgotten, only what is in the files. Thread-safe as far as the
// file system below is.
class ForgetfulFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  explicit ForgetfulFileSystem(std::shared_ptr<rocksdb::FileSystem> below)
      : FileSystemWrapper(std::move(below)),
        state_(std::make_shared<State>()) {}

  // From now on syncs do nothing, as in a process that runs down after the
  // power went.
  void CutPower() { state_->power = false; }
  // From now on syncs fail.
  void FailSyncs() { state_->failing = true; }
  // How often a file was synced.
  std::uint64_t syncs() const { return state_->syncs; }

  const char* Name() const override { return "ForgetfulFileSystem"; }
  rocksdb::IOStatus NewWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReopenWritableFile(
      const std::string& name, const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;
  rocksdb::IOStatus ReuseWritableFile(
      const std::string& name, const std::string& old_name,
      const rocksdb::FileOptions& options,
      std::unique_ptr<rocksdb::FSWritableFile>* result,
      rocksdb::IODebugContext* debug) override;

  // Shared with the files.
  struct State {
    std::atomic<bool> power = true;
    std::atomic<bool> failing = false;
    std::atomic<std::uint64_t> syncs = 0;
  };

 private:
  const std::shared_ptr<State> state_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_TESTS_STORAGE_FORGETFUL_FILE_SYSTEM_H_
