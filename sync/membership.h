// Which buckets a record is in, and their feeds (rules 7).

#ifndef CHASQUI_SYNC_MEMBERSHIP_H_
#define CHASQUI_SYNC_MEMBERSHIP_H_

#include <vector>

#include "sync/record.h"
#include "sync/state.h"

namespace chasqui {

// The buckets a record is in as shown: its area's and its assignee's. Sorted.
std::vector<Bucket> BucketsOf(const Record& record);

// Moves the record's entry to `seq` in the feed of every bucket it is in, adds
// it to those it has entered, and leaves a `left` entry in those it has left,
// so that each bucket that ever held it has one entry of it. Sets
// record.latest to `seq`.
void MoveInFeeds(Seq seq, Record& record, State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_MEMBERSHIP_H_
