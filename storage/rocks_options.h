#ifndef CHASQUI_STORAGE_ROCKS_OPTIONS_H_
#define CHASQUI_STORAGE_ROCKS_OPTIONS_H_

#include <vector>

#include "rocksdb/db.h"
#include "rocksdb/options.h"
#include "storage/rocks_kv.h"

namespace chasqui::storage {

// How RocksDB is told to keep our data. `env` must live as long as the
// database.
rocksdb::DBOptions RocksOptionsFor(const RocksKvOptions& options,
                                   rocksdb::Env* env);

// One column family a space, in the order of Space.
std::vector<rocksdb::ColumnFamilyDescriptor> RocksFamilies(
    const RocksKvOptions& options);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROCKS_OPTIONS_H_
