// A survey's state from its log alone.

#ifndef CHASQUI_STORAGE_REPLAY_H_
#define CHASQUI_STORAGE_REPLAY_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/catalog.h"
#include "storage/kv.h"
#include "storage/rocks_kv.h"
#include "sync/ids.h"
#include "sync/survey.h"

namespace chasqui::storage {

// Reads the log of `survey` in `from`, and writes it, and all that follows from
// it, to `to`, which has nothing of that survey. Nothing but the log is read.
//
// DataLoss if the log has a hole or an entry that cannot be read or applied:
// the message says which; `to` then has the state of the entries before it, or
// of fewer, or, if there are none, nothing. `became`, unless it is null, is
// then what the survey became.
absl::Status Replay(const KvReader& from, const ListedSurvey& survey, Kv& to,
                    Survey* became = nullptr);

// What became of a survey's log.
struct RebuiltSurvey {
  std::string name;
  Seq entries = 0;   // in the new store
  std::string lost;  // why the log ends there; empty: it is whole
};

// Makes a new store in `to` with the surveys of the one in `from`, replayed.
// `from` may be of an older layout, as long as its logs can be read; it is not
// changed. With `salvage` a log that breaks off is taken up to there: what came
// after is lost to the store, and devices that still have it send it again, as
// they do to a server restored from a backup.
//
// Errors: FailedPrecondition if `to` has something in it, and those of Replay
// and of opening the two. Unless it succeeds there is nothing new in `to`.
absl::StatusOr<std::vector<RebuiltSurvey>> Rebuild(
    const std::string& from, const std::string& to, bool salvage,
    const RocksKvOptions& options);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_REPLAY_H_
