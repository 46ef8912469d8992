// Applies one admitted change to its record.

#ifndef CHASQUI_SYNC_APPLY_CHANGE_H_
#define CHASQUI_SYNC_APPLY_CHANGE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "sync/apply.h"
#include "sync/writing.h"

namespace chasqui {

// Writes the change's ops in their order, all or none (the checks were
// Admit()'s), decides what is gone, marks what a person must look at, moves the
// record in its feeds and counters. Its EntryInfo must be there already; this
// gives it its outcome.
//
// Returns the quarantined changes that waited for this: for the creation of
// the record, or for another status than `approved`.
absl::StatusOr<std::vector<Due>> ApplyChange(Writing& writing);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_APPLY_CHANGE_H_
