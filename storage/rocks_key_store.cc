#include "storage/rocks_key_store.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/merge_operator.h"
#include "rocksdb/table.h"
#include "storage/packing.h"
#include "storage/rocks_directory.h"
#include "storage/rocks_status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/bytes.h"

namespace chasqui::storage {
namespace {

using personal::KeptKey;

constexpr std::uint8_t kWrapped = 1;
constexpr std::uint8_t kErased = 2;

// What is there stays.
class FirstStays final : public rocksdb::AssociativeMergeOperator {
 public:
  const char* Name() const override { return "chasqui.FirstStays"; }
  bool Merge(const rocksdb::Slice& /*key*/, const rocksdb::Slice* existing,
             const rocksdb::Slice& value, std::string* merged,
             rocksdb::Logger* /*logger*/) const override {
    const rocksdb::Slice& stays = existing != nullptr ? *existing : value;
    merged->assign(stays.data(), stays.size());
    return true;
  }
};

rocksdb::Options KeyStoreOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.merge_operator = std::make_shared<FirstStays>();
  options.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  options.paranoid_checks = true;
  // Keys are random bytes; and nothing of one may lie where no compaction
  // comes.
  options.compression = rocksdb::kNoCompression;
  options.recycle_log_file_num = 0;
  options.WAL_ttl_seconds = 0;
  options.WAL_size_limit_MB = 0;
  options.write_buffer_size = 4 << 20;
  options.max_background_jobs = 1;
  options.max_open_files = 64;
  options.keep_log_file_num = 2;
  return options;
}

std::string RowKey(std::string_view survey, const RecordId& record) {
  std::string key;
  ByteWriter out(key);
  out.Bytes(survey);
  out.Name(record);
  return key;
}

absl::StatusOr<KeptKey> DecodeKept(std::string_view bytes) {
  ByteReader in(bytes);
  KeptKey kept;
  switch (in.Byte()) {
    case kWrapped:
      kept.wrapped = in.Raw(in.left());
      if (kept.wrapped.empty()) in.Fail();
      break;
    case kErased:
      kept.erased = in.Varint();
      break;
    default:
      in.Fail();
  }
  RETURN_IF_ERROR(FinishReading(in, "record's key"));
  return kept;
}

class RocksKeyStore final : public personal::KeyStore {
 public:
  explicit RocksKeyStore(std::unique_ptr<rocksdb::DB> db)
      : db_(std::move(db)) {}

  absl::StatusOr<std::optional<KeptKey>> Find(
      std::string_view survey, const RecordId& record) const override {
    std::string bytes;
    const rocksdb::Status found = db_->Get({}, RowKey(survey, record), &bytes);
    if (found.IsNotFound()) return std::optional<KeptKey>();
    RETURN_IF_ERROR(FromRocks(found));
    ASSIGN_OR_RETURN(KeptKey kept, DecodeKept(bytes));
    return std::optional(std::move(kept));
  }

  absl::Status Add(
      std::string_view survey,
      const std::vector<std::pair<RecordId, std::string>>& wrapped) override {
    rocksdb::WriteBatch batch;
    for (const auto& [record, key] : wrapped) {
      std::string value;
      ByteWriter out(value);
      out.Byte(kWrapped);
      out.Raw(key);
      RETURN_IF_ERROR(FromRocks(batch.Merge(RowKey(survey, record), value)));
    }
    return Write(batch);
  }

  absl::Status Destroy(
      std::string_view survey,
      const std::vector<std::pair<RecordId, Seq>>& erased) override {
    if (erased.empty()) return absl::OkStatus();
    rocksdb::WriteBatch batch;
    for (const auto& [record, seq] : erased) {
      std::string value;
      ByteWriter out(value);
      out.Byte(kErased);
      out.Varint(seq);
      RETURN_IF_ERROR(FromRocks(batch.Put(RowKey(survey, record), value)));
    }
    RETURN_IF_ERROR(Write(batch));
    RETURN_IF_ERROR(FromRocks(db_->Flush(rocksdb::FlushOptions())));
    rocksdb::CompactRangeOptions all;
    all.exclusive_manual_compaction = true;
    all.bottommost_level_compaction =
        rocksdb::BottommostLevelCompaction::kForce;
    return FromRocks(db_->CompactRange(all, nullptr, nullptr));
  }

  absl::Status ForEach(See see) const override {
    const std::unique_ptr<rocksdb::Iterator> at(db_->NewIterator({}));
    for (at->SeekToFirst(); at->Valid(); at->Next()) {
      ByteReader in({at->key().data(), at->key().size()});
      const std::string survey(in.Bytes());
      const auto record = in.Name<RecordId>();
      RETURN_IF_ERROR(FinishReading(in, "place of a record's key"));
      ASSIGN_OR_RETURN(const KeptKey kept,
                       DecodeKept({at->value().data(), at->value().size()}));
      RETURN_IF_ERROR(see(survey, record, kept));
    }
    return FromRocks(at->status());
  }

 private:
  absl::Status Write(rocksdb::WriteBatch& batch) {
    rocksdb::WriteOptions synced;
    // Nobody sees what is not on the disk: RocksDB syncs, then shows.
    synced.sync = true;
    return FromRocks(db_->Write(synced, &batch));
  }

  const std::unique_ptr<rocksdb::DB> db_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<personal::KeyStore>> OpenKeyStore(
    const std::string& directory) {
  std::error_code error;
  std::filesystem::create_directories(directory, error);
  if (!error) {
    std::filesystem::permissions(directory, std::filesystem::perms::owner_all,
                                 error);
  }
  if (error) {
    return absl::UnavailableError(StrCat(directory, ": ", error.message()));
  }
  rocksdb::DB* opened = nullptr;
  RETURN_IF_ERROR(Explained(
      directory,
      FromRocks(rocksdb::DB::Open(KeyStoreOptions(), directory, &opened))));
  return std::make_unique<RocksKeyStore>(std::unique_ptr<rocksdb::DB>(opened));
}

}  // namespace chasqui::storage
