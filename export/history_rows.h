// The log in the table `history`: what was written, by whom, when, and what
// became of it.

#ifndef CHASQUI_EXPORT_HISTORY_ROWS_H_
#define CHASQUI_EXPORT_HISTORY_ROWS_H_

#include "absl/status/status.h"
#include "export/taking.h"
#include "sync/ids.h"

namespace chasqui::exporting {

// The rows of the entry at `seq`: one for each write of a change, one for a
// change that cannot be read, for a release, a rejection and an erasure; none
// for what an administrator changed. Outcomes are those of this snapshot.
absl::Status AddHistory(Seq seq, Taking& taking);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_HISTORY_ROWS_H_
