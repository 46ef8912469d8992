#include "sync/erasure.h"

#include "sync/base/status_macros.h"
#include "sync/membership.h"

namespace chasqui {

absl::Status ApplyErasure(const LogEntry& entry, const RecordErased& erased,
                          State& state) {
  EntryInfo& own = *state.AddEntry(entry.seq);
  own.kind = EntryKind::kRecordErased;
  own.received_ms = entry.received_ms;
  own.person = erased.person;
  ASSIGN_OR_RETURN(const Record* const found, state.FindRecord(erased.record));
  if (found == nullptr || found->erased != 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(Record* const record, state.EditRecord(erased.record));
  own.record = erased.record;
  own.previous = record->last_change;
  record->last_change = entry.seq;
  record->erased = entry.seq;
  MoveInFeeds(entry.seq, *record, state);
  return absl::OkStatus();
}

}  // namespace chasqui
