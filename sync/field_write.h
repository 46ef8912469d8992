// Writing a field beside the writes that are live in it (rules 4 and 5).

#ifndef CHASQUI_SYNC_FIELD_WRITE_H_
#define CHASQUI_SYNC_FIELD_WRITE_H_

#include "absl/status/statusor.h"
#include "sync/config.h"
#include "sync/record.h"
#include "sync/value.h"
#include "sync/writing.h"

namespace chasqui {

// Writes `value` to `field`, which is at `at` and has `policy`: takes the place
// of the first write it has seen; the others it has seen go; the rest stay
// live beside it, and the policy chooses what is shown. Tells every change
// concerned what became of its write.
//
// Returns whether a write had to go to history because more than
// kLiveWritesMax were live: the record is to be marked.
absl::StatusOr<bool> WriteField(const FieldAddress& at, Policy policy, Seq base,
                                const Value& value, Writing& writing,
                                FieldState& field);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_FIELD_WRITE_H_
