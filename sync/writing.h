// One change while it is being applied: who writes, having seen what.

#ifndef CHASQUI_SYNC_WRITING_H_
#define CHASQUI_SYNC_WRITING_H_

#include <algorithm>
#include <cstdint>
#include <set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/change.h"
#include "sync/record.h"
#include "sync/state.h"

namespace chasqui {

// The change whose write has `seq`: that of the entry itself, or, where a
// release applied it, of the change released.
absl::StatusOr<Seq> ChangeBehind(Seq seq, State& state);

// Thread-compatible; lives for one application.
class Writing {
 public:
  // `seq`: what its writes get: the change's own, or its release's. `change`
  // is in the log at `origin`. All must outlive this.
  Writing(State& state, Seq seq, Seq origin, const Change& change,
          const std::vector<Seq>& counts)
      : state_(state),
        seq_(seq),
        origin_(origin),
        change_(change),
        counts_(counts) {}

  // REQUIRES: `origin` has an EntryInfo.
  absl::Status Begin();

  // Instead of Begin(), for a change that has no EntryInfo yet.
  void As(const EntryInfo& author) { author_ = &author; }

  // The change leaves a gap. Said before Begin(), which finds for itself that
  // one has just come of which the gap consisted.
  void LeavesGap() { past_gap_ = true; }
  // Whether others may have got their places in its chain before it did.
  bool past_gap() const { return past_gap_; }

  State& state() const { return state_; }
  Seq seq() const { return seq_; }
  Seq origin() const { return origin_; }
  bool released() const { return seq_ != origin_; }
  const Change& change() const { return change_; }
  const EntryInfo& author() const { return *author_; }

  // What a write had seen at least; and the least that any of the change had,
  // by which deletes, pairs and approvals go (rules 4).
  Seq BaseOf(const Op& op) const { return counts_[op.base]; }
  Seq LowestBase() const {
    return *std::min_element(counts_.begin(), counts_.end());
  }

  // op has seen w  ⇔  w.seq ≤ base  or  w is earlier in the author's own chain
  // (writes of the same change have seen each other).
  absl::StatusOr<bool> HasSeen(Seq base, Seq write) const;

  // Whether this change is earlier in the chain of the one behind `write`: it
  // was released late, or came late, when that had been let in past a gap.
  absl::StatusOr<bool> IsBefore(Seq write) const;

  // Tells the change behind `write` what became of its write to `at`. Other
  // devices than the author's learn of it through their own bucket.
  absl::Status Tell(Seq write, const FieldOutcome& outcome);

 private:
  State& state_;
  const Seq seq_;
  const Seq origin_;
  const Change& change_;
  const std::vector<Seq>& counts_;
  const EntryInfo* author_ = nullptr;
  bool late_ = false;  // something may come after it in its chain already
  bool past_gap_ = false;
};

// Replaces the outcome of `outcome.at` in `of`, and with it the gravest.
// Returns whether anything became different.
bool Revise(const FieldOutcome& outcome, Outcome& of);

// Says in `device`'s own bucket, at `at`, that the outcome of `change` is
// another now; forgets where it said so before.
void Notify(Seq at, Seq change, EntryInfo& info, State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_WRITING_H_
