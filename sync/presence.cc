#include "sync/presence.h"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/chain.h"
#include "sync/marks.h"

namespace chasqui {
namespace {

using Rows = std::map<RowId, const Row*>;

absl::StatusOr<const Row*> RowAt(const RowId& id, const Record& record,
                                 State& state) {
  ASSIGN_OR_RETURN(const Row* const row, state.FindRow(record.id, id));
  if (row == nullptr) {
    return absl::DataLossError(
        StrCat("state: row ", ToText(id), " is missing"));
  }
  return row;
}

// Removes from `holder` the deletes that `writing` has seen. Returns whether
// there were any: `holder` is only looked at, so that nothing is marked to be
// written that stays as it is.
absl::StatusOr<std::vector<LiveDelete>> Unseen(const Holder& holder, Seq base,
                                               const Writing& writing) {
  std::vector<LiveDelete> unseen;
  for (const LiveDelete& deleted : holder.deletes) {
    ASSIGN_OR_RETURN(const bool seen, writing.HasSeen(base, deleted.seq));
    if (!seen) unseen.push_back(deleted);
  }
  return unseen;
}

// Whether a delete of `writing` that has seen `base` covers all that `deleted`
// does. What that one has seen through its chain may be released later, and
// then lies past any base: only who comes after it in the chain has seen it
// too.
absl::StatusOr<bool> Contains(const LiveDelete& deleted, Seq base,
                              const Writing& writing) {
  if (base < deleted.base) return false;
  ASSIGN_OR_RETURN(const bool in_chain, writing.HasSeen(0, deleted.seq));
  if (in_chain || base < deleted.seq) return in_chain;
  State& state = writing.state();
  ASSIGN_OR_RETURN(const Seq change, ChangeBehind(deleted.seq, state));
  ASSIGN_OR_RETURN(const EntryInfo* const author, state.FindEntry(change));
  return author != nullptr && author->device.empty();
}

// Whether `deleted` had seen `write`.
absl::StatusOr<bool> Covers(const LiveDelete& deleted, Seq write,
                            State& state) {
  if (write <= deleted.base || write == deleted.seq) return true;
  ASSIGN_OR_RETURN(const Seq change, ChangeBehind(deleted.seq, state));
  ASSIGN_OR_RETURN(const EntryInfo* const author, state.FindEntry(change));
  ASSIGN_OR_RETURN(const Seq behind, ChangeBehind(write, state));
  ASSIGN_OR_RETURN(const EntryInfo* const other, state.FindEntry(behind));
  if (author == nullptr || other == nullptr) {
    return absl::DataLossError("state: the entry of a delete is missing");
  }
  if (author->device.empty() || author->device != other->device) return false;
  ASSIGN_OR_RETURN(const Device* const device,
                   state.FindDevice(author->device));
  return device != nullptr &&
         IsEarlierInChain(*device, {other->incarnation, other->number},
                          {author->incarnation, author->number});
}

// Whether every live write of `fields` is seen by one of `deletes`.
absl::StatusOr<bool> AllCovered(const std::vector<FieldState>& fields,
                                const std::vector<LiveDelete>& deletes,
                                State& state) {
  for (const FieldState& field : fields) {
    for (const LiveWrite& write : field.live) {
      bool covered = false;
      for (const LiveDelete& deleted : deletes) {
        ASSIGN_OR_RETURN(covered, Covers(deleted, write.seq, state));
        if (covered) break;
      }
      if (!covered) return false;
    }
  }
  return true;
}

// The deletes that count for a write in `row`, up to and with those of `top`
// (none: the record); nullopt if `row` is not inside `top`.
std::optional<std::vector<LiveDelete>> DeletesOver(const RowId& row,
                                                   const RowId& top,
                                                   const Record& record,
                                                   const Rows& rows) {
  std::vector<LiveDelete> deletes;
  RowId at = row;
  while (!at.empty()) {
    const Row& here = *rows.at(at);
    deletes.insert(deletes.end(), here.deletes.begin(), here.deletes.end());
    if (at == top) return deletes;
    at = here.parent;
  }
  if (!top.empty()) return std::nullopt;
  deletes.insert(deletes.end(), record.deletes.begin(), record.deletes.end());
  return deletes;
}

// Whether `top` (none: the record) is gone.
absl::StatusOr<bool> IsGone(const RowId& top, const Record& record,
                            const Rows& rows, State& state) {
  const Holder& holder =
      top.empty() ? static_cast<const Holder&>(record) : *rows.at(top);
  if (holder.deletes.empty()) return false;
  if (top.empty()) {
    ASSIGN_OR_RETURN(const bool covered,
                     AllCovered(record.fields, record.deletes, state));
    if (!covered) return false;
  }
  for (const auto& [id, row] : rows) {
    const auto deletes = DeletesOver(id, top, record, rows);
    if (!deletes.has_value()) continue;
    ASSIGN_OR_RETURN(const bool covered,
                     AllCovered(row->fields, *deletes, state));
    if (!covered) return false;
  }
  return true;
}

void SetGone(bool gone, Seq seq, Holder& holder) {
  if (holder.gone && !gone) holder.came_back = seq;
  holder.gone = gone;
}

// Whether `holder` is kept although it was deleted, and was not so before.
bool IsNewlyKept(const Holder& holder, bool gone, Seq seq) {
  if (gone || holder.deletes.empty()) return false;
  return holder.gone || holder.deletes.back().seq == seq;
}

// Tells the deletes of `at` whether they took.
absl::Status TellDeletes(const RowId& at, bool gone, const Holder& holder,
                         Writing& writing) {
  for (const LiveDelete& deleted : holder.deletes) {
    FieldOutcome outcome;
    outcome.at.row = at;
    outcome.kind = gone ? OutcomeKind::kApplied : OutcomeKind::kSuperseded;
    RETURN_IF_ERROR(writing.Tell(deleted.seq, outcome));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddDelete(Seq base, const Writing& writing, Holder& holder) {
  std::vector<LiveDelete> kept;
  for (const LiveDelete& deleted : holder.deletes) {
    ASSIGN_OR_RETURN(const bool contained, Contains(deleted, base, writing));
    if (!contained) kept.push_back(deleted);
  }
  kept.push_back({writing.seq(), base});
  holder.deletes = std::move(kept);
  return absl::OkStatus();
}

absl::Status EndDeletes(const RowId& row, Seq base, const Writing& writing,
                        Record& record) {
  for (RowId at = row; !at.empty();) {
    ASSIGN_OR_RETURN(const Row* const found,
                     RowAt(at, record, writing.state()));
    if (!found->deletes.empty()) {
      ASSIGN_OR_RETURN(std::vector<LiveDelete> unseen,
                       Unseen(*found, base, writing));
      ASSIGN_OR_RETURN(Row* const edited,
                       writing.state().EditRow(record.id, at));
      edited->deletes = std::move(unseen);
    }
    at = found->parent;
  }
  if (record.deletes.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(record.deletes, Unseen(record, base, writing));
  return absl::OkStatus();
}

absl::StatusOr<bool> HasDeletes(const std::vector<RowId>& touched,
                                const Writing& writing, const Record& record) {
  if (record.gone || !record.deletes.empty()) return true;
  for (RowId at : touched) {
    while (!at.empty()) {
      ASSIGN_OR_RETURN(const Row* const row,
                       writing.state().FindRow(record.id, at));
      if (row == nullptr) break;
      if (row->gone || !row->deletes.empty()) return true;
      at = row->parent;
    }
  }
  return false;
}

absl::Status DecidePresence(Writing& writing, Record& record) {
  State& state = writing.state();
  Rows rows;
  ASSIGN_OR_RETURN(const std::vector<RowId> ids, state.RowsOf(record.id));
  for (const RowId& id : ids) {
    ASSIGN_OR_RETURN(rows[id], RowAt(id, record, state));
  }
  for (const auto& [id, row] : rows) {
    ASSIGN_OR_RETURN(const bool gone, IsGone(id, record, rows, state));
    if (IsNewlyKept(*row, gone, writing.seq())) {
      AddMark({MarkKind::kUndeleted, writing.seq(), {id, 0, 0}, {}}, record);
    }
    if (gone != row->gone) {
      ASSIGN_OR_RETURN(Row* const edited, state.EditRow(record.id, id));
      SetGone(gone, writing.seq(), *edited);
      edited->latest = writing.seq();
    }
    RETURN_IF_ERROR(TellDeletes(id, gone, *row, writing));
  }
  ASSIGN_OR_RETURN(const bool gone, IsGone(RowId{}, record, rows, state));
  if (IsNewlyKept(record, gone, writing.seq())) {
    AddMark({MarkKind::kUndeleted, writing.seq(), {}, {}}, record);
  }
  if (gone != record.gone) SetGone(gone, writing.seq(), record);
  return TellDeletes(RowId{}, gone, record, writing);
}

std::set<RowId> GoneRows(const std::vector<Row>& rows) {
  Rows by_id;
  for (const Row& row : rows) by_id[row.id] = &row;
  std::set<RowId> gone;
  for (const Row& row : rows) {
    auto at = by_id.find(row.id);
    while (at != by_id.end() && !at->second->gone) {
      at = by_id.find(at->second->parent);
    }
    if (at != by_id.end()) gone.insert(row.id);
  }
  return gone;
}

}  // namespace chasqui
