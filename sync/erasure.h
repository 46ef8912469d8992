// A record's personal answers are erased (entry.h).

#ifndef CHASQUI_SYNC_ERASURE_H_
#define CHASQUI_SYNC_ERASURE_H_

#include "absl/status/status.h"
#include "sync/entry.h"
#include "sync/state.h"

namespace chasqui {

// The record leaves every bucket and takes no more changes; those that wait in
// quarantine stay there for that reason, but for what is in gap. One that never
// came to be is made, deleted, so that nothing makes it any more. Nothing, but
// that it is said, where no record is known, or it is erased already. Errors
// are the store's.
absl::Status ApplyErasure(const LogEntry& entry, const RecordErased& erased,
                          State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_ERASURE_H_
