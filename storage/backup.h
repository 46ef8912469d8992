// Copies of a store in another directory, from which it can be had again.
//
//   BackUp:   flush ──► copy what the last backup has not ──► read all of it
//             again and compare checksums ──► only then is it told of
//   Restore:  read all of it and compare ──► copy into a new directory beside
//             the one asked for ──► give it its name
//
// The format is that of RocksDB's BackupEngine: tables are kept once, whatever
// backups share them, so a backup writes what is new since the one before. It
// reads all that is in it, though, old or new: disks forget. One cut short at
// any point is none, and the next clears it away; one that is found damaged
// when it is read again is removed. With each backup goes a list of what it
// holds, a survey a line:
//
//     line = survey " " log name " " seq "\n"        numbers decimal

#ifndef CHASQUI_STORAGE_BACKUP_H_
#define CHASQUI_STORAGE_BACKUP_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/rocks_kv.h"
#include "sync/ids.h"
#include "sync/personal/key_store.h"
#include "sync/store.h"

namespace rocksdb {
class Env;
}  // namespace rocksdb

namespace chasqui::storage {

// Backups beyond the newest of these are removed when one has been made.
inline constexpr std::uint32_t kBackupsKept = 7;

// Up to where the log of each survey goes.
using Heads = std::map<std::string, Position>;

struct BackupReport {
  std::uint32_t number = 0;  // counts up
  std::uint64_t bytes = 0;   // of all its files, shared or not
  Heads heads;               // at least this is in it
  absl::Status purged;       // whether those beyond kBackupsKept could go
};

// Backs `store`, whose surveys are those of `catalog`, up into the directory
// `to`, which is made if it is not there, while it is at work.
//
// A directory is for one store and what is restored of it: every survey of its
// newest backup must be in `catalog`, and the log's name there in its lineage.
// So an empty disk that was mounted in place of the store's does not push good
// backups out; nor does an earlier state that does not know that name.
//
// The keys of personal answers, where there are any, are copied beside: as a
// whole, in place of the copy before, once the backup is whole. So no backup,
// however old, opens an answer that was erased before the newest.
//
// `disk` is where `to` is; nullptr: the operating system's.
//
// Errors, none of which leaves a backup that is told of:
//   FailedPrecondition   `to` holds something else, or backups of another
//   store,
//                        or is within the store's directory
//   Unavailable          somebody else is at `to`; or I/O
//   ResourceExhausted    the disk is full
//   DataLoss             what was read again is not what was copied
//
// That older ones cannot be removed is no error of a backup: see its report.
absl::StatusOr<BackupReport> BackUp(RocksStore& store, const Catalog& catalog,
                                    const std::string& to,
                                    rocksdb::Env* disk = nullptr,
                                    const personal::KeyStore* keys = nullptr);

// Where the keys of personal answers are kept within a store's directory.
std::string KeysDirectoryOf(const std::string& directory);

// The newest backup in `from`, or the one of that number, once all of it has
// been read and compared. NotFound: there is none. DataLoss: it is damaged.
absl::StatusOr<BackupReport> CheckBackup(const std::string& from,
                                         std::optional<std::uint32_t> number);

// Makes the store in `to`, which must not be there yet or be an empty
// directory, of a backup. It is there whole or not at all: until then it is
// `to`.restoring. The log of each survey gets a new name when it is opened, as
// it always does. Errors as CheckBackup, and:
//   FailedPrecondition   something is in `to` or comes to be there, `to` is the
//                        root of a disk, or `to`.restoring is there
//   ResourceExhausted    the disk is full
absl::StatusOr<BackupReport> Restore(const std::string& from,
                                     std::optional<std::uint32_t> number,
                                     const std::string& to,
                                     rocksdb::Env* disk = nullptr);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_BACKUP_H_
