#ifndef CHASQUI_STORAGE_ROCKS_KEY_STORE_H_
#define CHASQUI_STORAGE_ROCKS_KEY_STORE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "sync/personal/key_store.h"

namespace chasqui::storage {

// The key store of a server, in a directory of its own: a small RocksDB beside
// the one that holds the log, and no part of its backups.
//
//   key    survey:bytes record:16
//   value  0x01 wrapped              or 0x02 seq:varint once it is erased
//
// A key is merged in, and what was there wins: so whoever comes first is the
// first, without a lock, and RocksDB groups the syncs of many. Destroying is
// writing over, then a flush, which ends the write-ahead log that had the key,
// and a compaction of all, which writes every table without it. It is dear,
// some 100 ms, and seldom: destroy many at once. What a disk keeps of files
// that were removed, or of blocks that it wrote elsewhere, is beyond it: there
// the key is still wrapped by the survey's, which was never on that disk.
//
// Thread-safe.
absl::StatusOr<std::unique_ptr<personal::KeyStore>> OpenKeyStore(
    const std::string& directory);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROCKS_KEY_STORE_H_
