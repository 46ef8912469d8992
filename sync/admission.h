// Whether a change can be applied, or why it goes to quarantine (rules 5, 7
// and 8).

#ifndef CHASQUI_SYNC_ADMISSION_H_
#define CHASQUI_SYNC_ADMISSION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "sync/change.h"
#include "sync/entry.h"
#include "sync/outcome.h"
#include "sync/state.h"

namespace chasqui {

// A change on its way into the state.
struct Arrival {
  const ChangeReceived& received;
  const Change& change;
  const EntryInfo& author;  // device, incarnation, number, person, role
  Seq seq = 0;              // at which it is to be applied
  Seq received_at = 0;      // at which it came: `seq`, or earlier
};

// Who says that a change leaves quarantine.
enum class ReleasedBy {
  kNobody,  // it has just come
  kRule,    // what it waited for has come: all else is checked again
  kPerson,  // a supervisor answers for it: only what cannot be applied at all
            // keeps it back
};

// kNone: apply it.
absl::StatusOr<QuarantineReason> Admit(const Arrival& arrival,
                                       ReleasedBy released_by, State& state);

// The role of a change's author: that of the person, which who has left keeps,
// or of the register. kNone for somebody the survey never had.
Role RoleOf(const ChangeReceived& received, const Change& change,
            const Survey& survey);

// Whether `role` may move a record's status from `from` to `to`; with
// `creates`, whether a creation may begin with `to`.
bool MayStep(Role role, RecordStatus from, RecordStatus to, bool creates);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_ADMISSION_H_
