// A survey's state from its log alone.

#ifndef CHASQUI_STORAGE_REPLAY_H_
#define CHASQUI_STORAGE_REPLAY_H_

#include <string>

#include "absl/status/status.h"
#include "storage/catalog.h"
#include "storage/kv.h"

namespace chasqui::storage {

// Reads the log of `survey` in `from`, and writes it, and all that follows from
// it, to `to`, which has nothing of that survey. Nothing but the log is read.
//
// DataLoss if the log has a hole or an entry that cannot be read or applied:
// the message says which; `to` then has the state before it.
absl::Status Replay(const KvReader& from, const ListedSurvey& survey, Kv& to);

// Makes a new store in `to` with the surveys of the one in `from`, replayed.
// `from` may be of an older layout, as long as its logs can be read; it is not
// changed.
//
// Errors: FailedPrecondition if `to` has something in it, and those of Replay
// and of opening the two. Until it has succeeded, `to` cannot be opened as a
// catalog.
absl::Status Rebuild(const std::string& from, const std::string& to,
                     const RocksKvOptions& options);

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_REPLAY_H_
