// Changes that came by themselves, past a gap in their device's chain: in a
// file or through a relay, when the tablet with what came before may be lost
// (rules 10).
//
//   a change is in gap  ⇔  the change before it has no place in a chain here
//
// It is known by its h, so that it counts once by whatever way it comes again,
// and waits in quarantine. Whatever takes a place in a chain sets free what
// waits right behind it: each is released, at a seq of its own, and then sets
// free what waits behind it in turn. Kept at the seq of its arrival it would
// count as seen by whoever had pulled past that seq meanwhile.
//
// A person's decision ends the gap before the change too: released or rejected,
// it begins an incarnation without parent, which gets its parent if the missing
// arrives after all (chain.h).

#ifndef CHASQUI_SYNC_GAP_H_
#define CHASQUI_SYNC_GAP_H_

#include <cstddef>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/chain.h"
#include "sync/entry.h"
#include "sync/state.h"

namespace chasqui {

// So many changes of one device may be in gap, a month's work of an enumerator:
// the arrival of a single change may have to release them all. What is more is
// not taken, and stays with whoever brings it.
inline constexpr std::size_t kGapChangesMax = 3'000;

// Whether the device may have one more change in gap.
absl::StatusOr<bool> HasRoomInGap(std::string_view device, State& state);

// Whether the change, which is not known yet, comes past a gap and is to wait.
absl::StatusOr<bool> IsPastGap(const ChangeReceived& change, State& state);

// Puts the change received at `seq` in gap. REQUIRES: IsPastGap().
absl::Status EnterGap(const ChangeReceived& change, Seq seq, State& state);

// Gives the change received at `seq`, which is in gap, its place: behind the
// one before it, or, where that is not here, at the begin of an incarnation
// without parent.
absl::StatusOr<Linked> LeaveGap(const ChangeReceived& change, Seq seq,
                                State& state);

// Seqs of the changes in gap right behind `change`, which has got its place in
// a chain: ascending, all to be released.
absl::StatusOr<std::vector<Seq>> FollowersInGap(const ChangeReceived& change,
                                                State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_GAP_H_
