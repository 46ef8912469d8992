#include "tests/storage/forgetful_file_system.h"

#include <utility>

namespace chasqui::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

class ForgetfulFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ForgetfulFile(std::unique_ptr<rocksdb::FSWritableFile> below,
                std::shared_ptr<ForgetfulFileSystem::State> state)
      : FSWritableFileOwnerWrapper(std::move(below)),
        state_(std::move(state)) {}

  IOStatus Append(const Slice& data, const IOOptions& /*options*/,
                  IODebugContext* /*debug*/) override {
    unsynced_.append(data.data(), data.size());
    return IOStatus::OK();
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& /*info*/,
                  IODebugContext* debug) override {
    return Append(data, options, debug);
  }
  IOStatus Flush(const IOOptions& /*options*/,
                 IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  IOStatus Sync(const IOOptions& options, IODebugContext* debug) override {
    ++state_->syncs;
    if (state_->failing) return IOStatus::IOError("the disk is broken");
    if (!state_->power) return IOStatus::OK();
    IOStatus status = target()->Append(unsynced_, options, debug);
    if (!status.ok()) return status;
    unsynced_.clear();
    status = target()->Flush(options, debug);
    if (!status.ok()) return status;
    return target()->Sync(options, debug);
  }
  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    return Sync(options, debug);
  }
  // Must not bring anything to safety.
  IOStatus RangeSync(std::uint64_t /*offset*/, std::uint64_t /*size*/,
                     const IOOptions& /*options*/,
                     IODebugContext* /*debug*/) override {
    return IOStatus::OK();
  }
  bool IsSyncThreadSafe() const override { return false; }
  std::uint64_t GetFileSize(const IOOptions& options,
                            IODebugContext* debug) override {
    return target()->GetFileSize(options, debug) + unsynced_.size();
  }
  void PrepareWrite(std::size_t /*offset*/, std::size_t /*size*/,
                    const IOOptions& /*options*/,
                    IODebugContext* /*debug*/) override {}

 private:
  const std::shared_ptr<ForgetfulFileSystem::State> state_;
  std::string unsynced_;
};

// Wraps what the file system below has opened.
IOStatus Wrap(IOStatus status,
              const std::shared_ptr<ForgetfulFileSystem::State>& state,
              std::unique_ptr<rocksdb::FSWritableFile>* file) {
  if (status.ok()) {
    *file = std::make_unique<ForgetfulFile>(std::move(*file), state);
  }
  return status;
}

}  // namespace

IOStatus ForgetfulFileSystem::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  return Wrap(target()->NewWritableFile(name, options, result, debug), state_,
              result);
}

IOStatus ForgetfulFileSystem::ReopenWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  return Wrap(target()->ReopenWritableFile(name, options, result, debug),
              state_, result);
}

IOStatus ForgetfulFileSystem::ReuseWritableFile(
    const std::string& name, const std::string& old_name,
    const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  return Wrap(
      target()->ReuseWritableFile(name, old_name, options, result, debug),
      state_, result);
}

}  // namespace chasqui::storage
