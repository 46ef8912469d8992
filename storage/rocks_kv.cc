#include "storage/rocks_kv.h"

#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/listener.h"
#include "rocksdb/write_batch.h"
#include "storage/rocks_directory.h"
#include "storage/rocks_options.h"
#include "storage/rocks_status.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;

// Tells a full disk met by a flush or compaction, after which RocksDB recovers
// by itself, from a failure of the log.
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason reason,
                         rocksdb::Status* error) override {
    if (reason == rocksdb::BackgroundErrorReason::kWriteCallback) return;
    if (error->IsNoSpace()) out_of_space_ = true;
  }
  void OnErrorRecoveryEnd(
      const rocksdb::BackgroundErrorRecoveryInfo& info) override {
    if (info.new_bg_error.ok()) out_of_space_ = false;
  }

  bool out_of_space() const { return out_of_space_; }

 private:
  std::atomic<bool> out_of_space_ = false;
};

rocksdb::ColumnFamilyHandle* HandleOf(const Handles& handles, Space space) {
  return handles[static_cast<std::size_t>(space)];
}

class RocksBatch final : public KvBatch {
 public:
  explicit RocksBatch(const Handles& handles) : handles_(handles) {}

  void Put(Space space, std::string_view key, std::string_view value) override {
    const auto status = writes.Put(HandleOf(handles_, space), key, value);
    CHECK(status.ok());
  }
  void Delete(Space space, std::string_view key) override {
    const auto status = writes.Delete(HandleOf(handles_, space), key);
    CHECK(status.ok());
  }

  rocksdb::WriteBatch writes;

 private:
  const Handles& handles_;
};

absl::StatusOr<bool> GetFrom(rocksdb::DB& db,
                             rocksdb::ColumnFamilyHandle* handle,
                             const rocksdb::ReadOptions& options,
                             std::string_view key, std::string& value) {
  const rocksdb::Status status = db.Get(options, handle, key, &value);
  if (status.IsNotFound()) return false;
  RETURN_IF_ERROR(FromRocks(status));
  return true;
}

absl::Status ScanFrom(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* handle,
                      rocksdb::ReadOptions options, std::string_view from,
                      std::string_view to, KvReader::Visit visit) {
  const rocksdb::Slice limit(to);
  options.iterate_upper_bound = &limit;
  const std::unique_ptr<rocksdb::Iterator> it(db.NewIterator(options, handle));
  for (it->Seek(from); it->Valid(); it->Next()) {
    ASSIGN_OR_RETURN(const bool more, visit(it->key().ToStringView(),
                                            it->value().ToStringView()));
    if (!more) return absl::OkStatus();
  }
  return FromRocks(it->status());
}

class RocksSnapshot final : public KvReader {
 public:
  RocksSnapshot(rocksdb::DB& db, const Handles& handles)
      : db_(db), handles_(handles) {
    options_.snapshot = db_.GetSnapshot();
  }
  ~RocksSnapshot() override { db_.ReleaseSnapshot(options_.snapshot); }

  RocksSnapshot(const RocksSnapshot&) = delete;
  RocksSnapshot& operator=(const RocksSnapshot&) = delete;

  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override {
    return GetFrom(db_, HandleOf(handles_, space), options_, key, value);
  }
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override {
    return ScanFrom(db_, HandleOf(handles_, space), options_, from, to, visit);
  }

 private:
  rocksdb::DB& db_;
  const Handles& handles_;
  rocksdb::ReadOptions options_;
};

class RocksKv final : public RocksStore {
 public:
  RocksKv(std::string directory, RocksKvOptions options,
          std::unique_ptr<rocksdb::Env> env)
      : directory_(std::move(directory)),
        options_(std::move(options)),
        env_(std::move(env)),
        errors_(std::make_shared<BackgroundErrors>()) {}
  ~RocksKv() override;

  absl::Status Open();
  absl::Status OpenReadOnly();
  rocksdb::DB& db() override { return *db_; }

  absl::StatusOr<bool> Get(Space space, std::string_view key,
                           std::string& value) const override {
    return GetFrom(*db_, HandleOf(handles_, space), {}, key, value);
  }
  absl::Status Scan(Space space, std::string_view from, std::string_view to,
                    Visit visit) const override {
    return ScanFrom(*db_, HandleOf(handles_, space), {}, from, to, visit);
  }
  std::unique_ptr<KvBatch> NewBatch() const override {
    return std::make_unique<RocksBatch>(handles_);
  }
  absl::Status Commit(std::unique_ptr<KvBatch> batch, Sync sync) override;
  absl::Status CheckRoom() const override;
  std::shared_ptr<const KvReader> Snapshot() const override {
    return std::make_shared<RocksSnapshot>(*db_, handles_);
  }

 private:
  absl::StatusOr<RocksKvOptions::Disk> ReadDisk() const;
  absl::Status Stop(const rocksdb::Status& why);

  const std::string directory_;
  const RocksKvOptions options_;
  const std::unique_ptr<rocksdb::Env> env_;  // Null: the default one.
  const std::shared_ptr<BackgroundErrors> errors_;
  rocksdb::FileLock* lock_ = nullptr;  // Only where opened for reading.
  std::unique_ptr<rocksdb::DB> db_;    // Thread-safe.
  Handles handles_;                    // By space.
  std::atomic<bool> stopped_ = false;  // A commit failed, or none is allowed.
};

RocksKv::~RocksKv() {
  for (rocksdb::ColumnFamilyHandle* handle : handles_) {
    db_->DestroyColumnFamilyHandle(handle);
  }
  db_.reset();
  if (lock_ != nullptr) EnvOf(env_)->UnlockFile(lock_);
}

absl::Status RocksKv::Open() {
  rocksdb::DBOptions options = RocksOptionsFor(options_, EnvOf(env_));
  options.create_if_missing = true;
  options.listeners.push_back(errors_);
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::DB::Open(
      options, directory_, RocksFamilies(options_), &handles_, &db)));
  db_.reset(db);
  return absl::OkStatus();
}

absl::Status RocksKv::OpenReadOnly() {
  RETURN_IF_ERROR(
      FromRocks(EnvOf(env_)->LockFile(directory_ + "/LOCK", &lock_)));
  stopped_ = true;
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::DB::OpenForReadOnly(
      RocksOptionsFor(options_, EnvOf(env_)), directory_,
      RocksFamilies(options_), &handles_, &db)));
  db_.reset(db);
  return absl::OkStatus();
}

absl::Status RocksKv::Commit(std::unique_ptr<KvBatch> batch, Sync sync) {
  if (stopped_) {
    return absl::UnavailableError(StrCat(directory_, " takes no more writes"));
  }
  rocksdb::WriteOptions options;
  options.sync = sync == Sync::kYes;
  const rocksdb::Status status =
      db_->Write(options, &static_cast<RocksBatch&>(*batch).writes);
  if (status.ok()) return absl::OkStatus();
  // A flush met a full disk: RocksDB refused before it wrote anything.
  if (status.IsNoSpace() && errors_->out_of_space()) return FromRocks(status);
  return Stop(status);
}

absl::Status RocksKv::Stop(const rocksdb::Status& why) {
  stopped_ = true;
  const std::string message = StrCat(
      "chasqui: writing to ", directory_, " failed: ", why.ToString(),
      ". Stopping: what was acknowledged is safe, and a restart finds it.");
  if (options_.on_fatal) {
    options_.on_fatal(message);
  } else {
    std::fprintf(stderr, "%s\n", message.c_str());
    std::fflush(stderr);
    std::abort();
  }
  return absl::UnavailableError(message);
}

absl::StatusOr<RocksKvOptions::Disk> RocksKv::ReadDisk() const {
  if (options_.disk) return options_.disk();
  std::error_code error;
  const auto space = std::filesystem::space(directory_, error);
  if (error) {
    return absl::UnavailableError(StrCat("cannot tell how full the disk of ",
                                         directory_, " is: ", error.message()));
  }
  return RocksKvOptions::Disk{space.available, space.capacity};
}

absl::Status RocksKv::CheckRoom() const {
  ASSIGN_OR_RETURN(const RocksKvOptions::Disk disk, ReadDisk());
  const std::uint64_t reserve =
      std::min(options_.reserve_bytes, disk.total_bytes / 20);
  if (disk.free_bytes < reserve) {
    return absl::ResourceExhaustedError(StrCat(
        "the disk of ", directory_, " is nearly full: ", disk.free_bytes >> 20,
        " MiB are free, ", reserve >> 20,
        " MiB must stay free. Nothing new is taken until there is room"));
  }
  if (!errors_->out_of_space()) return absl::OkStatus();
  // There is room again. RocksDB would notice by itself, some seconds later.
  return FromRocks(db_->Resume());
}

}  // namespace

absl::StatusOr<std::unique_ptr<RocksStore>> OpenRocksKv(
    const std::string& directory, const RocksKvOptions& options) {
  auto env = NewEnv(options);
  ASSIGN_OR_RETURN(const bool exists, HasStore(directory, EnvOf(env)));
  if (!exists && options.must_exist) {
    return absl::NotFoundError(StrCat("no store in ", directory));
  }
  auto kv = std::make_unique<RocksKv>(directory, options, std::move(env));
  RETURN_IF_ERROR(Explained(directory, kv->Open()));
  return kv;
}

absl::StatusOr<std::unique_ptr<Kv>> OpenRocksKvReadOnly(
    const std::string& directory, const RocksKvOptions& options) {
  auto env = NewEnv(options);
  ASSIGN_OR_RETURN(const bool exists, HasStore(directory, EnvOf(env)));
  if (!exists) {
    return absl::NotFoundError(StrCat("no store in ", directory));
  }
  auto kv = std::make_unique<RocksKv>(directory, options, std::move(env));
  RETURN_IF_ERROR(Explained(directory, kv->OpenReadOnly()));
  return kv;
}

}  // namespace chasqui::storage
