#include "sync/erasure.h"

#include <cstddef>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/membership.h"
#include "sync/writing.h"

namespace chasqui {
namespace {

// What waits for a person need not wait any longer: nobody can let it in. Its
// author hears so, and need not keep it. What is in gap waits for its place.
absl::Status RefuseWaiting(Seq seq, const RecordId& record, State& state) {
  ASSIGN_OR_RETURN(const std::vector<Seq> waiting, state.HeldFor(record));
  for (const Seq change : waiting) {
    ASSIGN_OR_RETURN(const Held* const held, state.FindHeld(change));
    if (held == nullptr || held->reason == QuarantineReason::kGap) continue;
    ASSIGN_OR_RETURN(EntryInfo* const info, state.EditEntry(change));
    info->outcome.reason = QuarantineReason::kRecordErased;
    state.PutHeld(change, {QuarantineReason::kRecordErased, record});
    Notify(seq, change, *info, state);
  }
  return absl::OkStatus();
}

// Nullptr: it is of no form of the survey.
Record* AddUnmade(const RecordErased& erased, State& state) {
  const std::size_t forms = state.survey().forms.size();
  if (erased.form < 1 || erased.form > forms) return nullptr;
  Record* const record = state.AddRecord(erased.record);
  record->id = erased.record;
  record->form = erased.form;
  record->gone = true;
  return record;
}

}  // namespace

absl::Status ApplyErasure(const LogEntry& entry, const RecordErased& erased,
                          State& state) {
  EntryInfo& own = *state.AddEntry(entry.seq);
  own.kind = EntryKind::kRecordErased;
  own.received_ms = entry.received_ms;
  own.person = erased.person;
  ASSIGN_OR_RETURN(Record* const found, state.EditRecord(erased.record));
  Record* const record = found != nullptr ? found : AddUnmade(erased, state);
  if (record == nullptr || record->erased != 0) return absl::OkStatus();
  own.record = erased.record;
  own.previous = record->last_change;
  record->last_change = entry.seq;
  record->erased = entry.seq;
  MoveInFeeds(entry.seq, *record, state);
  return RefuseWaiting(entry.seq, erased.record, state);
}

}  // namespace chasqui
