// What two answers, each fine alone, may do to each other: marks that a person
// has to look at (rules 5).

#ifndef CHASQUI_SYNC_MARKS_H_
#define CHASQUI_SYNC_MARKS_H_

#include "absl/status/status.h"
#include "sync/record.h"
#include "sync/writing.h"

namespace chasqui {

// Adds a mark, at most one of its kind for the same fields and change; the
// oldest goes when there are more than kMarksMax.
void AddMark(const Mark& mark, Record& record);

// A review clears the marks its base covers.
void ClearMarks(Seq base, Record& record);

// Marks concurrent writes to the two fields of a pair: `at` was just written,
// and a live write of a partner has not been seen (nor was made in the same
// change).
absl::Status MarkPairs(const FieldAddress& at, Writing& writing,
                       Record& record);

// `approved` pairs with every answer. `at` was just written and somebody
// approves, unseeing; or the status was, and there are answers it has not
// seen.
absl::Status MarkAnswerBesideApproval(const FieldAddress& at, Writing& writing,
                                      Record& record);
absl::Status MarkApproval(Writing& writing, Record& record);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_MARKS_H_
