#include "sync/field_write.h"

#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/policy.h"

namespace chasqui {
namespace {

using LiveWrites = absl::InlinedVector<LiveWrite, 1>;

// `live` after `fresh`, which has seen what `seen` says.
LiveWrites Supersede(const LiveWrites& live, const std::vector<bool>& seen,
                     LiveWrite fresh) {
  LiveWrites next;
  if (live.size() == 1 && seen[0]) {
    next.push_back(std::move(fresh));
    return next;
  }
  bool placed = false;
  for (std::size_t i = 0; i < live.size(); ++i) {
    if (!seen[i]) {
      next.push_back(live[i]);
    } else if (!placed) {
      next.push_back(fresh);
      placed = true;
    }
  }
  if (!placed) next.push_back(std::move(fresh));
  return next;
}

// The h of a change in its chain; zero for one of the server.
absl::StatusOr<ChainHash> HashOf(const EntryInfo& info, Seq change,
                                 State& state) {
  if (info.device.empty()) return ChainHash{};
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   state.Links(info.device, info.number));
  for (const ChainLink& link : links) {
    if (link.seq == change) return link.h;
  }
  return absl::DataLossError(StrCat("state: change ", change, " has no link"));
}

absl::StatusOr<std::vector<Candidate>> CandidatesOf(const LiveWrites& live,
                                                    const Writing& writing) {
  State& state = writing.state();
  std::vector<Candidate> candidates;
  for (const LiveWrite& write : live) {
    Seq behind = writing.origin();
    if (write.seq != writing.seq()) {
      ASSIGN_OR_RETURN(behind, ChangeBehind(write.seq, state));
    }
    ASSIGN_OR_RETURN(const EntryInfo* const info, state.FindEntry(behind));
    if (info == nullptr) {
      return absl::DataLossError(
          StrCat("state: entry ", behind, " is missing"));
    }
    Candidate candidate;
    candidate.value = &write.value;
    candidate.seq = write.seq;
    candidate.time = info->time;
    candidate.role = info->role;
    candidate.device = info->device;
    candidate.number = info->number;
    ASSIGN_OR_RETURN(candidate.h, HashOf(*info, behind, state));
    candidates.push_back(candidate);
  }
  return candidates;
}

FieldOutcome OutcomeOf(const FieldAddress& at, Policy policy,
                       const FieldState& field, std::size_t index,
                       bool uncertain) {
  FieldOutcome outcome;
  outcome.at = at;
  if (field.live.size() == 1) {
    outcome.kind = OutcomeKind::kApplied;
    return outcome;
  }
  outcome.policy = policy;
  outcome.uncertain = uncertain;
  if (policy == Policy::kReview && field.IsConflict()) {
    outcome.kind = OutcomeKind::kReview;
  } else if (index == field.shown || policy == Policy::kAppend) {
    outcome.kind = OutcomeKind::kMerged;
  } else {
    outcome.kind = OutcomeKind::kSuperseded;
    outcome.by = field.live[field.shown].seq;
  }
  return outcome;
}

absl::Status TellHistory(const FieldAddress& at, Policy policy, Seq write,
                         Seq by, Writing& writing) {
  FieldOutcome outcome;
  outcome.at = at;
  outcome.kind = OutcomeKind::kSuperseded;
  outcome.policy = policy;
  outcome.by = by;
  outcome.history = true;
  return writing.Tell(write, outcome);
}

// Chooses what is shown, and sends one write to history if there are too many.
absl::StatusOr<bool> Settle(const FieldAddress& at, Policy policy,
                            Writing& writing, FieldState& field) {
  bool overflow = false;
  bool uncertain = false;
  field.shown = 0;
  // Nearly every write: alone, and nothing else to tell.
  if (field.live.size() == 1 && field.live[0].seq == writing.seq() &&
      writing.author().outcome.fields.empty()) {
    return false;
  }
  if (field.live.size() > 1) {
    ASSIGN_OR_RETURN(std::vector<Candidate> candidates,
                     CandidatesOf(field.live, writing));
    Verdict verdict = Decide(policy, candidates);
    if (field.live.size() > kLiveWritesMax) {
      overflow = true;
      const Seq dropped = field.live[verdict.least].seq;
      const Seq by = field.live[verdict.shown].seq;
      field.live.erase(field.live.begin() +
                       static_cast<std::ptrdiff_t>(verdict.least));
      RETURN_IF_ERROR(TellHistory(at, policy, dropped, by, writing));
      ASSIGN_OR_RETURN(candidates, CandidatesOf(field.live, writing));
      verdict = Decide(policy, candidates);
    }
    field.shown = static_cast<std::uint8_t>(verdict.shown);
    uncertain = verdict.uncertain;
  }
  for (std::size_t i = 0; i < field.live.size(); ++i) {
    RETURN_IF_ERROR(writing.Tell(field.live[i].seq,
                                 OutcomeOf(at, policy, field, i, uncertain)));
  }
  return overflow;
}

// The write has gone to history, since a live one comes after it in its chain.
// Past a gap the chain may have been joined just now: what this write has seen
// then still stands beside that one, which has seen it through this one.
absl::StatusOr<bool> ForgetSeen(const FieldAddress& at, Policy policy, Seq base,
                                Writing& writing, FieldState& field) {
  if (!writing.past_gap()) return false;
  LiveWrites rest;
  for (const LiveWrite& write : field.live) {
    ASSIGN_OR_RETURN(const bool later, writing.IsBefore(write.seq));
    ASSIGN_OR_RETURN(const bool seen, writing.HasSeen(base, write.seq));
    if (later || !seen) rest.push_back(write);
  }
  if (rest.size() == field.live.size()) return false;
  field.live = std::move(rest);
  return Settle(at, policy, writing, field);
}

}  // namespace

absl::StatusOr<bool> WriteField(const FieldAddress& at, Policy policy, Seq base,
                                const Value& value, Writing& writing,
                                FieldState& field) {
  if (field.live.empty()) {  // Nearly every write of a creation.
    field.live.push_back({writing.seq(), value});
    return Settle(at, policy, writing, field);
  }
  std::vector<bool> seen;
  for (const LiveWrite& write : field.live) {
    ASSIGN_OR_RETURN(const bool late, writing.IsBefore(write.seq));
    if (late) {
      RETURN_IF_ERROR(
          TellHistory(at, policy, writing.seq(), write.seq, writing));
      return ForgetSeen(at, policy, base, writing, field);
    }
    ASSIGN_OR_RETURN(const bool has_seen, writing.HasSeen(base, write.seq));
    seen.push_back(has_seen);
  }
  field.live = Supersede(field.live, seen, {writing.seq(), value});
  return Settle(at, policy, writing, field);
}

}  // namespace chasqui
