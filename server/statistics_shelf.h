// The statistics of surveys' answers (sync/wire/statistics.h), trained from
// their own logs beside everything else, never in the way of a change.
//
// What is trained is a function of the log up to a milestone and of the form
// version; milestones lie where the log is eight times as long as at the one
// before. So nothing is stored: after a restart the same is trained again, and
// is the same. What a device holds stays good for as long as its milestone is
// in the log.

#ifndef CHASQUI_SERVER_STATISTICS_SHELF_H_
#define CHASQUI_SERVER_STATISTICS_SHELF_H_

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <tuple>

#include "absl/status/statusor.h"
#include "server/workers.h"
#include "sync/base/mutex.h"
#include "sync/reader.h"
#include "sync/wire/statistics.h"

namespace chasqui::server {

// The last milestone of a log with that head; 0: none yet.
Seq MilestoneOf(Seq head);

// Which statistics of a survey: of a form version, trained from the log up to a
// position of it.
struct StatisticsVersion {
  std::string survey;
  std::uint32_t form = 0;
  Position trained;

  friend auto operator<=>(const StatisticsVersion&,
                          const StatisticsVersion&) = default;
};

// Thread-safe. Keeps at most kKeptMax, the latest asked for.
class StatisticsShelf {
 public:
  static constexpr std::size_t kKeptMax = 64;

  // `workers` must outlive it, and have ended their work before it goes.
  explicit StatisticsShelf(Workers& workers) : workers_(workers) {}

  // The version that devices which have `form` should hold now. Nullopt: the
  // log is too short.
  static std::optional<StatisticsVersion> Wanted(const Reader& reader,
                                                 std::uint32_t form);

  // Nullptr if they are not here, or can never be. Those that can be are
  // trained then, by a worker, one version at a time, and are here some time
  // later; those that failed stay away.
  std::shared_ptr<const wire::Statistics> Get(
      const std::shared_ptr<const Reader>& reader,
      const StatisticsVersion& version) ABSL_LOCKS_EXCLUDED(mutex_);

  // The same, trained on the spot where they are not here. DataLoss where the
  // log cannot be read. REQUIRES: they can be: they are Wanted().
  absl::StatusOr<std::shared_ptr<const wire::Statistics>> Await(
      const std::shared_ptr<const Reader>& reader,
      const StatisticsVersion& version) ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Kept {
    // Null: being trained, or the log cannot be read.
    std::shared_ptr<const wire::Statistics> statistics;
    std::uint64_t asked = 0;
  };

  Workers& workers_;
  Mutex mutex_;
  std::map<StatisticsVersion, Kept> kept_ ABSL_GUARDED_BY(mutex_);
  std::uint64_t asked_ ABSL_GUARDED_BY(mutex_) = 0;
  bool training_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_STATISTICS_SHELF_H_
