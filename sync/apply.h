// State(n) = Apply(State(n-1), Change(n)).
//
// Apply reads no clock, no thread, no random source and no network. All it
// needs is in the log; what it needs of the past is in the state.

#ifndef CHASQUI_SYNC_APPLY_H_
#define CHASQUI_SYNC_APPLY_H_

#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/state.h"

namespace chasqui {

// Applies the next entry. Returns the quarantined changes that this entry has
// set free, in the order they came: whoever appends must append a
// QuarantineReleased (or, for changes that waited for a creation which was
// rejected, a QuarantineRejected) for each, with a seq of its own, before
// anything else.
//
// A change that cannot be applied still takes its number and gets an outcome:
// bad data is never an error here. Errors are the store's, or
// FailedPrecondition / InvalidArgument for an administrative entry that
// CheckEntry would refuse; the transaction must then be abandoned.
//
// REQUIRES: entry.seq == state.survey().head + 1.
struct Due {
  Seq change = 0;
  bool reject = false;

  friend bool operator==(const Due&, const Due&) = default;
};
absl::StatusOr<std::vector<Due>> Apply(const LogEntry& entry, State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_APPLY_H_
