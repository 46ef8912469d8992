// Deleted or there (rules 5).
//
// A record or row has live deletes: those that no later write in it has seen.
//
//   gone  ⇔  it has a live delete, and each live write in it has been seen by
//            a live delete of its own row, of a row around it up to the one
//            asked about, or, for a record, of the record
//
// "In it" takes in the fields of the rows inside, at any depth. What is not
// gone although it has a live delete is there as a whole, and marked: somebody
// deleted what they had not seen all of.

#ifndef CHASQUI_SYNC_PRESENCE_H_
#define CHASQUI_SYNC_PRESENCE_H_

#include <set>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/record.h"
#include "sync/writing.h"

namespace chasqui {

// Adds the delete of `writing`, which has seen `base`, to `holder`. Deletes
// that it has seen entirely need not stay.
absl::Status AddDelete(Seq base, const Writing& writing, Holder& holder);

// A write of `writing` in `row` (none: in the record itself) ends the deletes
// it has seen: of the row, of every row around it, of the record.
absl::Status EndDeletes(const RowId& row, Seq base, const Writing& writing,
                        Record& record);

// Decides anew what is gone: the record, and its rows. Marks what is kept
// although it was deleted. Reads all rows.
absl::Status DecidePresence(Writing& writing, Record& record);

// Whether DecidePresence() may find anything: the record, one of `touched`, or
// a row around one has a live delete or is gone. Ask before the change is
// applied as well as after it, since a write may end the last delete. Records
// without deletes cost nothing.
absl::StatusOr<bool> HasDeletes(const std::vector<RowId>& touched,
                                const Writing& writing, const Record& record);

// The rows of one record that are gone: deleted themselves, or inside a row
// that is. Whoever shows rows goes by this, for Row::gone is only about the
// row's own deletes.
//
// REQUIRES: `rows` has all of them.
std::set<RowId> GoneRows(const std::vector<Row>& rows);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_PRESENCE_H_
