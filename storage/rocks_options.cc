#include "storage/rocks_options.h"

#include <cstddef>
#include <memory>
#include <string>

#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/slice_transform.h"
#include "rocksdb/table.h"
#include "storage/keys.h"

namespace chasqui::storage {
namespace {

constexpr double kBloomBitsPerKey = 10;
constexpr double kMemtableBloomRatio = 0.02;

// Spaces in which a single key is looked up, often one that is not there: a
// record that is being created, a change that has not been seen yet.
bool HasPointLookups(Space space) {
  return space == Space::kMeta || space == Space::kRecords ||
         space == Space::kChanges;
}

// Where the key before went, the next one often goes as well: feeds and log
// grow at their ends, and a commit writes its keys in order. Memtables remember
// the place for each beginning that keys have in common, and look for the next
// one from there: half the cost of a commit without it.
class Beginning final : public rocksdb::SliceTransform {
 public:
  explicit Beginning(bool ends_in_number) : ends_in_number_(ends_in_number) {}

  const char* Name() const override { return "chasqui.Beginning"; }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return {key.data(),
            ends_in_number_ ? key.size() - kNumberBytes : kTagBytes};
  }
  bool InDomain(const rocksdb::Slice& key) const override {
    return key.size() >= kTagBytes + kNumberBytes;
  }

 private:
  static constexpr std::size_t kTagBytes = 9;  // organisation, survey, tag
  static constexpr std::size_t kNumberBytes = 8;

  const bool ends_in_number_;
};

rocksdb::ColumnFamilyOptions FamilyOptions(
    Space space, const RocksKvOptions& options,
    const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  // Index and filter blocks count against the cache, so that memory stays
  // bounded however large the store grows.
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  table.format_version = 5;
  table.block_size = space == Space::kLog ? 32 << 10 : 8 << 10;
  if (HasPointLookups(space)) {
    table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  }

  rocksdb::ColumnFamilyOptions family;
  family.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  if (HasPointLookups(space)) {
    family.memtable_prefix_bloom_size_ratio = kMemtableBloomRatio;
    family.memtable_whole_key_filtering = true;
  }
  const bool ends_in_number = space == Space::kLog ||
                              space == Space::kChanges ||
                              space == Space::kFeeds;
  family.memtable_insert_with_hint_prefix_extractor =
      std::make_shared<Beginning>(ends_in_number);
  family.write_buffer_size = options.write_buffer_bytes / 3;
  family.max_write_buffer_number = 3;
  family.level_compaction_dynamic_level_bytes = true;
  // The same at every level: tables of ascending keys, as those of the log,
  // then move down as they are instead of being written again. The log is read
  // seldom, and is most of what there is.
  family.compression =
      space == Space::kLog ? rocksdb::kZSTD : rocksdb::kLZ4Compression;
  return family;
}

}  // namespace

rocksdb::DBOptions RocksOptionsFor(const RocksKvOptions& options,
                                   rocksdb::Env* env) {
  rocksdb::DBOptions rocks;
  rocks.env = env;
  rocks.create_missing_column_families = true;

  // RocksDB is the truth. Its default recovery goes back to the last point at
  // which the log was in order, silently: after damage in the middle, writes
  // that were acknowledged would be gone. This mode forgives a torn tail, which
  // nobody was told of, and refuses to open after anything else.
  rocks.wal_recovery_mode =
      rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  if (options.salvage) {
    rocks.wal_recovery_mode = rocksdb::WALRecoveryMode::kPointInTimeRecovery;
  }
  rocks.paranoid_checks = true;
  rocks.wal_compression = rocksdb::kNoCompression;
  rocks.enable_pipelined_write = false;

  rocks.db_write_buffer_size = options.write_buffer_bytes;
  rocks.max_total_wal_size = 2 * options.write_buffer_bytes;
  rocks.max_background_jobs = 2;
  rocks.max_open_files = 512;
  rocks.bytes_per_sync = 1 << 20;
  rocks.keep_log_file_num = 4;
  rocks.max_log_file_size = 4 << 20;
  return rocks;
}

std::vector<rocksdb::ColumnFamilyDescriptor> RocksFamilies(
    const RocksKvOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  for (std::size_t i = 0; i < kSpaces; ++i) {
    const auto space = static_cast<Space>(i);
    families.emplace_back(space == Space::kMeta
                              ? rocksdb::kDefaultColumnFamilyName
                              : std::string(ToText(space)),
                          FamilyOptions(space, options, cache));
  }
  return families;
}

}  // namespace chasqui::storage
