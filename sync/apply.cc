#include "sync/apply.h"

#include <algorithm>
#include <memory>
#include <utility>

#include "sync/admission.h"
#include "sync/apply_change.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/chain.h"
#include "sync/counters.h"
#include "sync/erasure.h"
#include "sync/gap.h"
#include "sync/marks.h"
#include "sync/time_interval.h"
#include "sync/writing.h"

namespace chasqui {
namespace {

using DueChanges = absl::StatusOr<std::vector<Due>>;

void Count(std::string_view person, std::int64_t delta, State& state) {
  for (const std::string& counter : CountersOfHeld(person)) {
    state.Count(counter, delta);
  }
}

// Puts the change into quarantine, or says that it stays there for another
// reason.
void Hold(Seq change, QuarantineReason reason, const RecordId& record,
          EntryInfo& info, State& state) {
  if (info.outcome.kind != OutcomeKind::kQuarantined) {
    Count(info.person, 1, state);
  }
  info.outcome = {OutcomeKind::kQuarantined, reason, false, {}};
  state.PutHeld(change, {reason, record});
}

absl::Status LetGo(Seq change, const EntryInfo& info, State& state) {
  Count(info.person, -1, state);
  return state.EraseHeld(change);
}

// Writes the change into its record.
DueChanges Write(Writing& writing) {
  RETURN_IF_ERROR(writing.Begin());
  State& state = writing.state();
  const Seq seq = writing.seq();
  ASSIGN_OR_RETURN(std::vector<Due> due, ApplyChange(writing));
  ASSIGN_OR_RETURN(Record* const record,
                   state.EditRecord(writing.change().record));
  // What touched the record, newest first: the head here, the rest by
  // EntryInfo::previous.
  ASSIGN_OR_RETURN(EntryInfo* const touched, state.EditEntry(seq));
  touched->record = writing.change().record;
  touched->previous = record->last_change;
  record->last_change = seq;
  ASSIGN_OR_RETURN(EntryInfo* const info, state.EditEntry(writing.origin()));
  info->record = writing.change().record;
  info->applied_at = seq;
  return due;
}

// The server time of the highest base: the author had already seen that.
absl::StatusOr<std::int64_t> TimeOfBase(const std::vector<Seq>& counts,
                                        State& state) {
  const Seq base = *std::max_element(counts.begin(), counts.end());
  if (base == 0) return 0;
  ASSIGN_OR_RETURN(const EntryInfo* const info, state.FindEntry(base));
  return info == nullptr ? 0 : info->received_ms;
}

// What the bytes received say; null if they say nothing.
std::shared_ptr<const Change> ChangeIn(const ChangeReceived& received) {
  if (received.change != nullptr) return received.change;
  absl::StatusOr<Change> decoded = DecodeReceived(received);
  if (!decoded.ok()) return nullptr;
  return std::make_shared<const Change>(*std::move(decoded));
}

QuarantineReason Unfit(const ChangeReceived& received, const Change* change) {
  // Sealing makes it larger: it counts as it was sent.
  const bool oversized = received.sealing.part == SealedPart::kNothing
                             ? received.bytes.size() > kChangeBytesMax
                             : received.sealing.oversized;
  if (oversized) return QuarantineReason::kOversized;
  if (change == nullptr || change->positions.size() != received.counts.size()) {
    return QuarantineReason::kUnreadable;
  }
  return QuarantineReason::kNone;
}

// A sealed batch may have been under way for any time: when it was sent says
// nothing, and the device's wall clock is all there is.
Exchange ExchangeOf(const ChangeReceived& received, std::int64_t received_ms) {
  if (!received.sealed) return received.exchange;
  return {0, 0, received_ms, 0};
}

// Says who made the change and when, and whether it can be applied.
absl::StatusOr<QuarantineReason> Examine(const LogEntry& entry,
                                         const ChangeReceived& received,
                                         const Change* change,
                                         std::int64_t previous_ms, State& state,
                                         EntryInfo& info) {
  const Exchange exchange = ExchangeOf(received, entry.received_ms);
  const QuarantineReason unfit = Unfit(received, change);
  if (unfit != QuarantineReason::kNone) {
    info.time = EstimateTime({}, exchange, 0, entry.received_ms, previous_ms,
                             received.told);
    return unfit;
  }
  info.role = RoleOf(received, *change, state.survey());
  ASSIGN_OR_RETURN(const std::int64_t base_ms,
                   TimeOfBase(received.counts, state));
  info.time = EstimateTime(change->clock, exchange, base_ms, entry.received_ms,
                           previous_ms, received.told);
  return Admit({received, *change, info, entry.seq, entry.seq},
               ReleasedBy::kNobody, state);
}

// What waits in gap right behind the change is to be released: before what else
// it has set free, some of which may come after that in its chain.
absl::Status AddFollowers(const ChangeReceived& change, State& state,
                          std::vector<Due>& due) {
  ASSIGN_OR_RETURN(const std::vector<Seq> behind,
                   FollowersInGap(change, state));
  std::vector<Due> followers;
  for (const Seq seq : behind) followers.push_back({seq, false});
  due.insert(due.begin(), followers.begin(), followers.end());
  return absl::OkStatus();
}

DueChanges ApplyReceived(const LogEntry& entry, const ChangeReceived& received,
                         State& state) {
  const std::shared_ptr<const Change> change = ChangeIn(received);
  ASSIGN_OR_RETURN(const bool past_gap, IsPastGap(received, state));
  Linked linked;
  if (past_gap) {
    RETURN_IF_ERROR(EnterGap(received, entry.seq, state));
  } else if (!received.device.empty()) {
    ASSIGN_OR_RETURN(linked, LinkChange(received, entry.seq, state));
  }
  EntryInfo& info = *state.AddEntry(entry.seq);
  info.kind = EntryKind::kChangeReceived;
  info.received_ms = entry.received_ms;
  info.device = received.device;
  info.number = received.number;
  info.incarnation = linked.incarnation;
  if (change != nullptr) {
    info.person = change->person;
    info.record = change->record;
  }
  ASSIGN_OR_RETURN(
      QuarantineReason reason,
      Examine(entry, received, change.get(), linked.previous_ms, state, info));
  if (past_gap) reason = QuarantineReason::kGap;
  std::vector<Due> due;
  if (reason != QuarantineReason::kNone) {
    Hold(entry.seq, reason, info.record, info, state);
  } else {
    info.outcome.kind = OutcomeKind::kApplied;
    Writing writing(state, entry.seq, entry.seq, *change, received.counts);
    ASSIGN_OR_RETURN(due, Write(writing));
  }
  if (!past_gap) RETURN_IF_ERROR(AddFollowers(received, state, due));
  return due;
}

// An answer that a supervisor lets in after the approval: look at it again.
absl::Status MarkRelease(Seq seq, const Change& change, State& state) {
  ASSIGN_OR_RETURN(Record* const record, state.EditRecord(change.record));
  const bool had = record->open_conflicts() > 0;
  AddMark({MarkKind::kRelease, seq, {}, {}}, *record);
  if (had || record->gone) return absl::OkStatus();
  Standing before =
      StandingOf(*record, state.survey().config.utc_offset_minutes);
  const Standing after = before;
  before.open = false;
  Recount(before, after, state);
  state.SetConflicted(record->id, true);
  return absl::OkStatus();
}

// Lets a change out of quarantine that has its place in a chain. What cannot be
// applied even so stays there.
DueChanges LetIn(Seq at, const QuarantineReleased& released,
                 QuarantineReason was, const ChangeReceived& received,
                 State& state) {
  ASSIGN_OR_RETURN(EntryInfo* const info, state.EditEntry(released.change));
  const std::shared_ptr<const Change> change = ChangeIn(received);
  const bool by_person = !released.person.empty();
  const bool readable =
      change != nullptr && change->positions.size() == received.counts.size();
  if (!readable && was != QuarantineReason::kGap) return std::vector<Due>{};
  QuarantineReason reason = Unfit(received, change.get());
  const bool too_large = readable && reason == QuarantineReason::kOversized;
  if (reason == QuarantineReason::kNone || (too_large && by_person)) {
    ASSIGN_OR_RETURN(
        reason,
        Admit({received, *change, *info, at, released.change},
              by_person ? ReleasedBy::kPerson : ReleasedBy::kRule, state));
  }
  if (reason != QuarantineReason::kNone) {
    Hold(released.change, reason, info->record, *info, state);
    Notify(at, released.change, *info, state);
    return std::vector<Due>{};
  }
  RETURN_IF_ERROR(LetGo(released.change, *info, state));
  info->outcome = {OutcomeKind::kApplied, QuarantineReason::kNone, false, {}};
  Notify(at, released.change, *info, state);
  Writing writing(state, at, released.change, *change, received.counts);
  if (was == QuarantineReason::kGap) writing.LeavesGap();
  ASSIGN_OR_RETURN(std::vector<Due> due, Write(writing));
  if (by_person && was == QuarantineReason::kAfterApproval) {
    RETURN_IF_ERROR(MarkRelease(at, *change, state));
  }
  return due;
}

// Whether the creation of the change's record may come though the change, held
// for the reason that it `was`, will not.
bool MayBeCreated(QuarantineReason was, const ChangeReceived& received) {
  if (was != QuarantineReason::kGap) {
    return was == QuarantineReason::kAwaitsCreation;
  }
  const std::shared_ptr<const Change> change = ChangeIn(received);
  return change == nullptr || !change->creates;
}

// The change, which is in gap, gets its place in a chain.
absl::Status Place(Seq change, const ChangeReceived& received, State& state) {
  ASSIGN_OR_RETURN(const Linked linked, LeaveGap(received, change, state));
  ASSIGN_OR_RETURN(EntryInfo* const info, state.EditEntry(change));
  info->incarnation = linked.incarnation;
  return absl::OkStatus();
}

// A release: of a person, who answers for the change, or by rule, because what
// it waited for has come or, says its device, will not.
DueChanges ApplyRelease(const LogEntry& entry,
                        const QuarantineReleased& released, State& state) {
  EntryInfo& own = *state.AddEntry(entry.seq);
  own.kind = EntryKind::kQuarantineReleased;
  own.received_ms = entry.received_ms;
  own.person = released.person;
  own.change = released.change;
  ASSIGN_OR_RETURN(const Held* const held, state.FindHeld(released.change));
  if (held == nullptr) return std::vector<Due>{};
  const QuarantineReason was = held->reason;

  ASSIGN_OR_RETURN(const ChangeReceived received,
                   state.ReadChange(released.change));
  const bool in_gap = was == QuarantineReason::kGap;
  if (in_gap) RETURN_IF_ERROR(Place(released.change, received, state));
  ASSIGN_OR_RETURN(std::vector<Due> due,
                   LetIn(entry.seq, released, was, received, state));
  if (in_gap) RETURN_IF_ERROR(AddFollowers(received, state, due));
  return due;
}

// The changes that waited for a creation which will not come: rejected with
// it, unless another creation of the record still may.
DueChanges Orphaned(const RecordId& record, State& state) {
  std::vector<Due> due;
  ASSIGN_OR_RETURN(const Record* const found, state.FindRecord(record));
  if (found != nullptr || record.empty()) return due;
  ASSIGN_OR_RETURN(const std::vector<Seq> waiting, state.HeldFor(record));
  for (const Seq change : waiting) {
    ASSIGN_OR_RETURN(const Held* const held, state.FindHeld(change));
    if (held == nullptr) continue;
    if (held->reason != QuarantineReason::kAwaitsCreation)
      return std::vector<Due>{};
    due.push_back({change, true});
  }
  return due;
}

DueChanges ApplyReject(const LogEntry& entry,
                       const QuarantineRejected& rejected, State& state) {
  EntryInfo& own = *state.AddEntry(entry.seq);
  own.kind = EntryKind::kQuarantineRejected;
  own.received_ms = entry.received_ms;
  own.person = rejected.person;
  own.change = rejected.change;
  ASSIGN_OR_RETURN(const Held* const held, state.FindHeld(rejected.change));
  if (held == nullptr) return std::vector<Due>{};
  const RecordId record = held->record;
  const QuarantineReason was = held->reason;
  const bool in_gap = was == QuarantineReason::kGap;
  ChangeReceived received;
  if (in_gap) {
    // Its h is known, whatever it says: what comes behind it may go on.
    ASSIGN_OR_RETURN(received, state.ReadChange(rejected.change));
    RETURN_IF_ERROR(Place(rejected.change, received, state));
  }
  ASSIGN_OR_RETURN(EntryInfo* const info, state.EditEntry(rejected.change));
  RETURN_IF_ERROR(LetGo(rejected.change, *info, state));
  info->outcome.rejected = true;
  Notify(entry.seq, rejected.change, *info, state);
  std::vector<Due> due;
  if (!MayBeCreated(was, received)) {
    ASSIGN_OR_RETURN(due, Orphaned(record, state));
  }
  if (in_gap) RETURN_IF_ERROR(AddFollowers(received, state, due));
  return due;
}

}  // namespace

absl::StatusOr<std::vector<Due>> Apply(const LogEntry& entry, State& state) {
  Survey& survey = state.survey();
  CHECK(entry.seq == survey.head + 1);
  if (entry.received_ms <= survey.received_ms && entry.seq > 1) {
    return absl::DataLossError(
        StrCat("log: the time of entry ", entry.seq,
               " is not later than that of the entry before"));
  }
  std::vector<Due> due;
  if (const auto* received = std::get_if<ChangeReceived>(&entry.body)) {
    ASSIGN_OR_RETURN(due, ApplyReceived(entry, *received, state));
  } else if (const auto* released =
                 std::get_if<QuarantineReleased>(&entry.body)) {
    ASSIGN_OR_RETURN(due, ApplyRelease(entry, *released, state));
  } else if (const auto* rejected =
                 std::get_if<QuarantineRejected>(&entry.body)) {
    ASSIGN_OR_RETURN(due, ApplyReject(entry, *rejected, state));
  } else if (const auto* erased = std::get_if<RecordErased>(&entry.body)) {
    RETURN_IF_ERROR(ApplyErasure(entry, *erased, state));
  } else {
    RETURN_IF_ERROR(ApplyToSurvey(entry, survey));
    EntryInfo& info = *state.AddEntry(entry.seq);
    info.kind = KindOf(entry);
    info.received_ms = entry.received_ms;
  }
  survey.head = entry.seq;
  survey.received_ms = entry.received_ms;
  return due;
}

}  // namespace chasqui
