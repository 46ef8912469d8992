#include "sync/marks.h"

#include <algorithm>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

// Whether a live write of `field` is one that `writing` has not seen, by its
// lowest base, and whose author did not know this one either.
absl::StatusOr<bool> IsConcurrent(const FieldState& field,
                                  const Writing& writing) {
  for (const LiveWrite& write : field.live) {
    ASSIGN_OR_RETURN(const bool seen,
                     writing.HasSeen(writing.LowestBase(), write.seq));
    if (seen) continue;
    ASSIGN_OR_RETURN(const bool known, writing.IsBefore(write.seq));
    if (!known) return true;
  }
  return false;
}

// Marks `at` with every part of `partner` in `holder`.
absl::Status MarkWith(const FieldAddress& at, const RowId& row,
                      std::uint32_t partner, const Holder& holder,
                      const Writing& writing, Record& record) {
  const auto first = std::lower_bound(
      holder.fields.begin(), holder.fields.end(), partner,
      [](const FieldState& f, std::uint32_t n) { return f.field < n; });
  for (auto it = first; it != holder.fields.end() && it->field == partner;
       ++it) {
    const FieldState& field = *it;
    ASSIGN_OR_RETURN(const bool concurrent, IsConcurrent(field, writing));
    if (!concurrent) continue;
    AddMark({MarkKind::kPair, writing.seq(), at, {row, partner, field.choice}},
            record);
  }
  return absl::OkStatus();
}

absl::StatusOr<const Row*> RowAt(const RowId& id, const Writing& writing) {
  ASSIGN_OR_RETURN(const Row* const row,
                   writing.state().FindRow(writing.change().record, id));
  if (row == nullptr) {
    return absl::DataLossError(
        StrCat("state: row ", ToText(id), " is missing"));
  }
  return row;
}

// Whether `row` is `around`, or inside it. No row is around all.
absl::StatusOr<bool> IsInside(const RowId& row, const RowId& around,
                              const Writing& writing) {
  for (RowId at = row; !at.empty();) {
    if (at == around) return true;
    ASSIGN_OR_RETURN(const Row* const found, RowAt(at, writing));
    at = found->parent;
  }
  return around.empty();
}

// The row around `row`, or itself, that is of `repeat`; none for the record.
absl::StatusOr<RowId> RowOfRepeat(const RowId& row, std::uint32_t repeat,
                                  const Writing& writing) {
  for (RowId at = row; !at.empty();) {
    ASSIGN_OR_RETURN(const Row* const found, RowAt(at, writing));
    if (found->repeat == repeat) return at;
    at = found->parent;
  }
  return RowId{};
}

// The rows of the partner's repeat that pair with a field in `row`: those below
// the innermost row of a repeat that both are in.
absl::Status MarkInRows(const FieldAddress& at, const FieldSchema& partner,
                        Writing& writing, Record& record) {
  const Schema& schema = writing.state().survey().schema;
  RowId around;
  for (std::uint32_t repeat = partner.repeat; repeat != 0 && around.empty();) {
    ASSIGN_OR_RETURN(around, RowOfRepeat(at.row, repeat, writing));
    const RepeatSchema* const known = schema.Repeat(repeat);
    repeat = known == nullptr ? 0 : known->parent;
  }
  ASSIGN_OR_RETURN(const std::vector<RowId> rows,
                   writing.state().RowsOf(record.id));
  for (const RowId& id : rows) {
    ASSIGN_OR_RETURN(const Row* const row, RowAt(id, writing));
    if (row->repeat != partner.repeat) continue;
    ASSIGN_OR_RETURN(const bool inside, IsInside(id, around, writing));
    if (!inside) continue;
    RETURN_IF_ERROR(MarkWith(at, id, partner.number, *row, writing, record));
  }
  return absl::OkStatus();
}

bool IsApproved(const LiveWrite& write) {
  return write.value.kind == ValueKind::kChoice &&
         ChoiceOf(write.value) ==
             static_cast<std::uint32_t>(RecordStatus::kApproved);
}

absl::Status MarkAnswersIn(const Holder& holder, const RowId& row,
                           Writing& writing, Record& record) {
  for (const FieldState& field : holder.fields) {
    const bool answer = field.field >= kFirstFormField ||
                        (field.field == kExistenceField && !row.empty());
    if (!answer) continue;
    ASSIGN_OR_RETURN(const bool concurrent, IsConcurrent(field, writing));
    if (!concurrent) continue;
    AddMark({MarkKind::kApproval,
             writing.seq(),
             {row, field.field, field.choice},
             {RowId{}, kStatusField, 0}},
            record);
  }
  return absl::OkStatus();
}

}  // namespace

void AddMark(const Mark& mark, Record& record) {
  if (std::find(record.marks.begin(), record.marks.end(), mark) !=
      record.marks.end()) {
    return;
  }
  if (record.marks.size() == kMarksMax) {
    record.marks.erase(record.marks.begin());
  }
  record.marks.push_back(mark);
}

void ClearMarks(Seq base, Record& record) {
  std::erase_if(record.marks,
                [base](const Mark& mark) { return mark.seq <= base; });
}

absl::Status MarkPairs(const FieldAddress& at, Writing& writing,
                       Record& record) {
  const Schema& schema = writing.state().survey().schema;
  const FieldSchema* const field = schema.Field(at.field);
  if (field == nullptr) return absl::OkStatus();
  for (const Partner& pair : field->partners) {
    const FieldSchema* const partner = schema.Field(pair.field);
    if (partner == nullptr) continue;
    // In the same row; in a row around this one, or the record; in rows below.
    ASSIGN_OR_RETURN(const RowId row,
                     RowOfRepeat(at.row, partner->repeat, writing));
    if (!row.empty()) {
      ASSIGN_OR_RETURN(const Row* const found, RowAt(row, writing));
      RETURN_IF_ERROR(
          MarkWith(at, row, partner->number, *found, writing, record));
    } else if (partner->repeat == 0) {
      RETURN_IF_ERROR(
          MarkWith(at, row, partner->number, record, writing, record));
    } else {
      RETURN_IF_ERROR(MarkInRows(at, *partner, writing, record));
    }
  }
  return absl::OkStatus();
}

absl::Status MarkAnswerBesideApproval(const FieldAddress& at, Writing& writing,
                                      Record& record) {
  const FieldState* const status = record.Find(kStatusField);
  if (status == nullptr) return absl::OkStatus();
  if (std::none_of(status->live.begin(), status->live.end(), IsApproved)) {
    return absl::OkStatus();
  }
  FieldState approvals = *status;
  approvals.live.erase(
      std::remove_if(approvals.live.begin(), approvals.live.end(),
                     [](const LiveWrite& write) { return !IsApproved(write); }),
      approvals.live.end());
  ASSIGN_OR_RETURN(const bool concurrent, IsConcurrent(approvals, writing));
  if (concurrent) {
    AddMark(
        {MarkKind::kApproval, writing.seq(), at, {RowId{}, kStatusField, 0}},
        record);
  }
  return absl::OkStatus();
}

absl::Status MarkApproval(Writing& writing, Record& record) {
  RETURN_IF_ERROR(MarkAnswersIn(record, RowId{}, writing, record));
  ASSIGN_OR_RETURN(const std::vector<RowId> rows,
                   writing.state().RowsOf(record.id));
  for (const RowId& id : rows) {
    ASSIGN_OR_RETURN(const Row* const row, RowAt(id, writing));
    RETURN_IF_ERROR(MarkAnswersIn(*row, id, writing, record));
  }
  return absl::OkStatus();
}

}  // namespace chasqui
