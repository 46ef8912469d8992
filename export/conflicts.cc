#include "export/conflicts.h"

#include <optional>
#include <set>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/policy.h"
#include "sync/presence.h"

namespace chasqui::exporting {
namespace {

absl::StatusOr<CompetingWrite> Describe(const Reader& reader,
                                        const FieldSchema& field,
                                        std::uint32_t choice,
                                        const LiveWrite& write) {
  CompetingWrite competing;
  competing.answer = AnswerOf(reader.survey(), field, choice, write.value);
  competing.seq = write.seq;
  ASSIGN_OR_RETURN(std::optional<EntryInfo> info, reader.FindEntry(write.seq));
  if (info.has_value()) competing.by = *std::move(info);
  return competing;
}

// Whether the winner was chosen by time, and might be the earlier one.
bool IsUncertain(Policy policy, const FieldState& state,
                 const std::vector<CompetingWrite>& writes) {
  std::vector<Candidate> candidates;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    Candidate candidate;
    candidate.value = &state.live[i].value;
    candidate.seq = writes[i].seq;
    candidate.time = writes[i].by.time;
    candidate.role = writes[i].by.role;
    candidate.device = writes[i].by.device;
    candidate.number = writes[i].by.number;
    candidates.push_back(candidate);
  }
  return Decide(policy, candidates).uncertain;
}

absl::StatusOr<Conflict> Describe(const Reader& reader, const Record& record,
                                  const RowId& row, const FieldSchema& field,
                                  const FieldState& state) {
  Conflict conflict;
  conflict.at = {row, state.field, state.choice};
  conflict.field = &field;
  conflict.open = field.policy == Policy::kReview || !record.marks.empty();
  std::vector<CompetingWrite> writes;
  for (const LiveWrite& write : state.live) {
    ASSIGN_OR_RETURN(CompetingWrite competing,
                     Describe(reader, field, state.choice, write));
    writes.push_back(std::move(competing));
  }
  conflict.uncertain = IsUncertain(field.policy, state, writes);
  conflict.shown = writes[state.shown];
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (state.live[i].value == state.value()) continue;
    conflict.losers.push_back(std::move(writes[i]));
  }
  return conflict;
}

absl::Status Collect(const Reader& reader, const Record& record,
                     const RowId& row, const Holder& holder,
                     std::vector<Conflict>& conflicts) {
  for (const FieldState& state : holder.fields) {
    if (!state.IsConflict()) continue;
    const FieldSchema* const field = reader.survey().schema.Field(state.field);
    if (field == nullptr) continue;
    ASSIGN_OR_RETURN(Conflict conflict,
                     Describe(reader, record, row, *field, state));
    conflicts.push_back(std::move(conflict));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Conflict>> ConflictsOf(
    const Reader& reader, const Record& record, const std::vector<Row>& rows) {
  std::vector<Conflict> conflicts;
  if (record.gone) return conflicts;
  RETURN_IF_ERROR(Collect(reader, record, RowId(), record, conflicts));
  const std::set<RowId> gone = GoneRows(rows);
  for (const Row& row : rows) {
    if (gone.contains(row.id)) continue;
    RETURN_IF_ERROR(Collect(reader, record, row.id, row, conflicts));
  }
  return conflicts;
}

}  // namespace chasqui::exporting
