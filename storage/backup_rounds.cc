#include "storage/backup_rounds.h"

#include <utility>

#include "sync/base/status_macros.h"
#include "sync/lineage.h"

namespace chasqui::storage {

// What a backup has and this log has not, as after a restore of an earlier one,
// is not safe to forget: whoever still holds it must send it again.
void CountAsDurable(const BackupReport& report, const Catalog& catalog,
                    BackedUp& backed_up) {
  for (const auto& [name, position] : report.heads) {
    const auto store = catalog.Find(name);
    if (!store.ok()) continue;
    const auto reader = (*store)->Snapshot();
    if (!reader.ok()) continue;
    const Survey& survey = (*reader)->survey();
    const Seq seq =
        CountsAs(position, survey.lineage, survey.head, /*told=*/{});
    if (seq == 0) continue;
    backed_up.MoveTo(name, {PresentName(survey.lineage), seq});
  }
}

BackupRounds::BackupRounds(RocksStore& store, const Catalog& catalog,
                           BackedUp& backed_up, BackupSchedule schedule,
                           Report report)
    : store_(store),
      catalog_(catalog),
      backed_up_(backed_up),
      schedule_(std::move(schedule)),
      report_(std::move(report)),
      rounds_(schedule_.every, [this] { Run(); }) {}

void BackupRounds::Run() {
  if (!begun_) {
    begun_ = true;
    const absl::StatusOr<BackupReport> newest =
        CheckBackup(schedule_.to, std::nullopt);
    if (newest.ok()) CountAsDurable(*newest, catalog_, backed_up_);
    if (absl::IsDataLoss(newest.status())) report_(newest);
  }
  report_(Round());
}

absl::StatusOr<BackupReport> BackupRounds::Round() {
  ASSIGN_OR_RETURN(BackupReport report,
                   BackUp(store_, catalog_, schedule_.to,
                          /*disk=*/nullptr, schedule_.keys));
  CountAsDurable(report, catalog_, backed_up_);
  return report;
}

}  // namespace chasqui::storage
