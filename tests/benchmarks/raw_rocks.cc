#include "tests/benchmarks/raw_rocks.h"

#include <atomic>
#include <memory>

#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/write_batch.h"
#include "storage/keys.h"
#include "storage/rocks_options.h"
#include "storage/rocks_status.h"
#include "sync/base/status_macros.h"

namespace chasqui::benchmarks {
namespace {

using storage::FromRocks;
using Handles = std::vector<rocksdb::ColumnFamilyHandle*>;

struct Database {
  ~Database() {
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      db->DestroyColumnFamilyHandle(handle);
    }
  }
  std::unique_ptr<rocksdb::DB> db;
  Handles handles;
};

absl::Status Open(const std::string& directory, Database& database) {
  const storage::RocksKvOptions defaults;
  rocksdb::Options options(
      storage::RocksOptionsFor(defaults, rocksdb::Env::Default()),
      rocksdb::ColumnFamilyOptions());
  options.create_if_missing = true;
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::DB::Open(options, directory,
                                              storage::RocksFamilies(defaults),
                                              &database.handles, &db)));
  database.db.reset(db);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<double> RawRocksRate(const std::vector<Load>& loads,
                                    const std::string& directory) {
  Database database;
  RETURN_IF_ERROR(Open(directory, database));
  rocksdb::ColumnFamilyHandle* const log =
      database.handles[static_cast<std::size_t>(storage::Space::kLog)];
  const storage::Keys keys(1, 1);
  std::atomic<Seq> head = 0;
  const auto write = [&](std::size_t i, const Ready& ready) -> absl::Status {
    rocksdb::WriteOptions synced;
    synced.sync = true;
    ready();
    for (const v1::SyncRequest& request : loads[i].requests) {
      rocksdb::WriteBatch batch;
      for (const std::string& change : request.surveys(0).batch().changes()) {
        const storage::Key key = keys.Log(head.fetch_add(1) + 1);
        RETURN_IF_ERROR(FromRocks(batch.Put(log, key.view(), change)));
      }
      RETURN_IF_ERROR(FromRocks(database.db->Write(synced, &batch)));
    }
    return absl::OkStatus();
  };
  double seconds = 0;
  RETURN_IF_ERROR(InThreads(loads.size(), write, &seconds));
  return static_cast<double>(head.load()) / seconds;
}

}  // namespace chasqui::benchmarks
