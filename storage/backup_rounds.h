#ifndef CHASQUI_STORAGE_BACKUP_ROUNDS_H_
#define CHASQUI_STORAGE_BACKUP_ROUNDS_H_

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "storage/backup.h"
#include "storage/durability.h"
#include "storage/rocks_kv.h"
#include "storage/rounds.h"
#include "sync/store.h"

namespace chasqui::storage {

// What is in a backup that was read again counts as durable from now on: of
// each survey, as far as the log here has it.
void CountAsDurable(const BackupReport& report, const Catalog& catalog,
                    BackedUp& backed_up);

struct BackupSchedule {
  std::string to;
  absl::Duration every = absl::Hours(1);
  // Of personal answers; must outlive the rounds. Null: there are none.
  const personal::KeyStore* keys = nullptr;
};

// Backs a store up again and again while it is at work, and moves its
// durability forward: to where each survey's log was before a backup began,
// once that has been read again and is whole; never otherwise.
//
// The first thing is to check the newest backup that is there already, which
// counts as it says. A round that fails is reported, and the next comes in its
// time. Has a thread of its own. Thread-safe.
class BackupRounds {
 public:
  using Report = std::function<void(const absl::StatusOr<BackupReport>&)>;

  // All must outlive this. `report` is told of every round, on the thread.
  // Destroying it waits for the round under way.
  BackupRounds(RocksStore& store, const Catalog& catalog, BackedUp& backed_up,
               BackupSchedule schedule, Report report);

 private:
  void Run();
  absl::StatusOr<BackupReport> Round();

  RocksStore& store_;
  const Catalog& catalog_;
  BackedUp& backed_up_;
  const BackupSchedule schedule_;
  const Report report_;
  bool begun_ = false;  // by the rounds alone

  Rounds rounds_;  // the last: it uses all of the above
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_BACKUP_ROUNDS_H_
