#ifndef CHASQUI_STORAGE_DURABILITY_H_
#define CHASQUI_STORAGE_DURABILITY_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/base/thread_annotations.h"
#include "sync/base/mutex.h"
#include "sync/ids.h"

namespace chasqui::storage {

// Up to where a survey's log would survive the loss of this server. Asked for
// surveys that say they have a backup; the others count what is accepted as
// durable. Thread-safe.
class Durability {
 public:
  virtual ~Durability() = default;

  // Never goes back within one log name. {kNone, 0}: nothing is covered.
  virtual Position CoveredUpTo(std::string_view survey) const = 0;
};

// Moved forward by whatever makes the backups. Thread-safe.
class BackedUp final : public Durability {
 public:
  // A backup that holds everything up to `position` has reached its place.
  void MoveTo(std::string_view survey, const Position& position) {
    const MutexLock lock(mutex_);
    Position& covered = positions_[std::string(survey)];
    if (covered.log == position.log && covered.seq > position.seq) return;
    covered = position;
  }

  Position CoveredUpTo(std::string_view survey) const override {
    const MutexLock lock(mutex_);
    const auto it = positions_.find(survey);
    return it == positions_.end() ? Position{} : it->second;
  }

 private:
  mutable Mutex mutex_;
  std::map<std::string, Position, std::less<>> positions_
      ABSL_GUARDED_BY(mutex_);
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_DURABILITY_H_
