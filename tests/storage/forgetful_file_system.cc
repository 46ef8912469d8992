#include "tests/storage/forgetful_file_system.h"

#include <algorithm>
#include <filesystem>
#include <string_view>
#include <utility>

namespace chasqui::storage {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

// One spelling for each name: "a//b/" is "a/b".
std::string Plain(const std::string& name) {
  std::string plain = std::filesystem::path(name).lexically_normal().string();
  if (plain.size() > 1 && plain.back() == '/') plain.pop_back();
  return plain;
}

class ForgetfulFile final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  ForgetfulFile(std::unique_ptr<rocksdb::FSWritableFile> below,
                const std::string& name,
                std::shared_ptr<ForgetfulFileSystem::State> state)
      : FSWritableFileOwnerWrapper(std::move(below)),
        state_(std::move(state)),
        is_log_(EndsWith(name, ".log")) {}

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
    IOStatus status = state_->Broken();
    if (!status.ok()) return status;
    if (!state_->power || (is_log_ && state_->log_neglected)) return status;
    status = target()->Append(unsynced_, options, debug);
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
  const bool is_log_;
  std::string unsynced_;
};

class ForgetfulDirectory final : public rocksdb::FSDirectoryWrapper {
 public:
  ForgetfulDirectory(std::unique_ptr<rocksdb::FSDirectory> below,
                     std::string name,
                     std::shared_ptr<ForgetfulFileSystem::State> state)
      : FSDirectoryWrapper(std::move(below)),
        name_(std::move(name)),
        state_(std::move(state)) {}

  IOStatus Fsync(const IOOptions& options, IODebugContext* debug) override {
    IOStatus status = state_->Broken();
    if (!status.ok() || !state_->power) return status;
    status = state_->names.Sync(name_);
    if (!status.ok()) return status;
    return FSDirectoryWrapper::Fsync(options, debug);
  }
  IOStatus FsyncWithDirOptions(
      const IOOptions& options, IODebugContext* debug,
      const rocksdb::DirFsyncOptions& /*how*/) override {
    return Fsync(options, debug);
  }

 private:
  const std::string name_;
  const std::shared_ptr<ForgetfulFileSystem::State> state_;
};

}  // namespace

ForgetfulFileSystem::ForgetfulFileSystem(
    const std::shared_ptr<rocksdb::FileSystem>& below)
    : FileSystemWrapper(below), state_(std::make_shared<State>(*target())) {}

IOStatus ForgetfulFileSystem::NewSequentialFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSSequentialFile>* result, IODebugContext* debug) {
  return state_->names.At(Plain(name), [&](const std::string& place) {
    return target()->NewSequentialFile(place, options, result, debug);
  });
}

IOStatus ForgetfulFileSystem::NewRandomAccessFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSRandomAccessFile>* result,
    IODebugContext* debug) {
  return state_->names.At(Plain(name), [&](const std::string& place) {
    return target()->NewRandomAccessFile(place, options, result, debug);
  });
}

IOStatus ForgetfulFileSystem::NewWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  IOStatus status =
      state_->names.Add(Plain(name), [&](const std::string& place) {
        return target()->NewWritableFile(place, options, result, debug);
      });
  if (status.ok()) {
    *result = std::make_unique<ForgetfulFile>(std::move(*result), name, state_);
  }
  return status;
}

IOStatus ForgetfulFileSystem::ReopenWritableFile(
    const std::string& name, const rocksdb::FileOptions& options,
    std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) {
  IOStatus status =
      state_->names.At(Plain(name), [&](const std::string& place) {
        return target()->ReopenWritableFile(place, options, result, debug);
      });
  if (status.ok()) {
    *result = std::make_unique<ForgetfulFile>(std::move(*result), name, state_);
  }
  return status;
}

IOStatus ForgetfulFileSystem::ReuseWritableFile(
    const std::string& /*name*/, const std::string& /*old_name*/,
    const rocksdb::FileOptions& /*options*/,
    std::unique_ptr<rocksdb::FSWritableFile>* /*result*/,
    IODebugContext* /*debug*/) {
  return IOStatus::NotSupported("files are not recycled");
}

IOStatus ForgetfulFileSystem::NewDirectory(
    const std::string& name, const IOOptions& options,
    std::unique_ptr<rocksdb::FSDirectory>* result, IODebugContext* debug) {
  IOStatus status = target()->NewDirectory(name, options, result, debug);
  if (status.ok()) {
    *result = std::make_unique<ForgetfulDirectory>(std::move(*result),
                                                   Plain(name), state_);
  }
  return status;
}

IOStatus ForgetfulFileSystem::FileExists(const std::string& name,
                                         const IOOptions& options,
                                         IODebugContext* debug) {
  return state_->names.At(Plain(name), [&](const std::string& place) {
    return target()->FileExists(place, options, debug);
  });
}

IOStatus ForgetfulFileSystem::GetChildren(const std::string& directory,
                                          const IOOptions& options,
                                          std::vector<std::string>* result,
                                          IODebugContext* debug) {
  IOStatus status = target()->GetChildren(directory, options, result, debug);
  if (!status.ok()) return status;
  for (std::string& name : state_->names.In(Plain(directory))) {
    if (std::find(result->begin(), result->end(), name) == result->end()) {
      result->push_back(std::move(name));
    }
  }
  return status;
}

IOStatus ForgetfulFileSystem::GetFileSize(const std::string& name,
                                          const IOOptions& options,
                                          std::uint64_t* size,
                                          IODebugContext* debug) {
  return state_->names.At(Plain(name), [&](const std::string& place) {
    return target()->GetFileSize(place, options, size, debug);
  });
}

IOStatus ForgetfulFileSystem::DeleteFile(const std::string& name,
                                         const IOOptions& /*options*/,
                                         IODebugContext* /*debug*/) {
  if (!state_->power) return IOStatus::OK();
  return state_->names.Delete(Plain(name));
}

IOStatus ForgetfulFileSystem::RenameFile(const std::string& from,
                                         const std::string& to,
                                         const IOOptions& /*options*/,
                                         IODebugContext* /*debug*/) {
  if (!state_->power) return IOStatus::OK();
  return state_->names.Rename(Plain(from), Plain(to));
}

}  // namespace chasqui::storage
