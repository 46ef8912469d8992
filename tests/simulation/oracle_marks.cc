// What marks a record *needs review* (rules 5).

#include <set>

#include "tests/simulation/oracle.h"

namespace chasqui::testing {

std::set<RowId> Oracle::GoneIn(const OracleRecord& record) const {
  std::set<RowId> gone;
  for (const auto& [holder, deletes] : record.deletes) {
    if (IsGone(record, holder)) gone.insert(holder);
  }
  return gone;
}

// Deleted by someone who had not seen all that is in it: there, and flagged.
void Oracle::MarkUndeleted(Seq seq, const std::set<RowId>& gone_before,
                           OracleRecord& record) const {
  for (const auto& [holder, deletes] : record.deletes) {
    if (deletes.empty() || IsGone(record, holder)) continue;
    if (gone_before.contains(holder) || deletes.back().seq == seq) {
      record.marks.insert({seq, OracleMarkKind::kUndeleted});
    }
  }
}

// Whether the two places are in one row of every repeat that both are in.
bool Oracle::ShareRows(const OracleRecord& record, const RowId& a,
                       const RowId& b) const {
  for (RowId in_a = a; !in_a.empty(); in_a = record.rows.at(in_a).parent) {
    for (RowId in_b = b; !in_b.empty(); in_b = record.rows.at(in_b).parent) {
      const bool same_repeat =
          record.rows.at(in_a).repeat == record.rows.at(in_b).repeat;
      if (same_repeat && in_a != in_b) return false;
    }
  }
  return true;
}

// Whether answers to the two are one answer's constraint and the other.
bool Oracle::ArePaired(const OracleRecord& record, const FieldAddress& a,
                       const FieldAddress& b) const {
  if (!questions_.at(a.field).partners.contains(b.field)) return false;
  // What a person let in at a place where its field is not pairs with nothing.
  const std::uint32_t repeat = b.row.empty() ? 0 : record.rows.at(b.row).repeat;
  return repeat == questions_.at(b.field).repeat &&
         ShareRows(record, a.row, b.row);
}

// Rules 5: concurrent writes to the two fields of a pair; `approved` pairs with
// every answer, the adding and deleting of rows among them.
void Oracle::MarkPairs(Seq seq, const OracleChange& change, const Op& op,
                       OracleRecord& record) const {
  const Seq lowest = LowestOf(change);
  const auto concurrent = [&](const OracleWrite& other) {
    return !HasSeen(lowest, change.seq, other) &&
           !IsBefore(change.seq, other.change);
  };
  const auto is_approval = [](const OracleWrite& status) {
    return status.value ==
           Value::Choice(static_cast<std::uint32_t>(RecordStatus::kApproved));
  };
  const bool approves =
      op.kind == OpKind::kSetStatus && op.to == RecordStatus::kApproved;
  const bool sets = op.kind == OpKind::kSet && op.at.field >= kFirstFormField;
  const bool answers =
      sets || op.kind == OpKind::kAddRow || op.kind == OpKind::kDeleteRow;
  for (const auto& [at, field] : record.fields) {
    for (const OracleWrite& other : field.live) {
      if (!concurrent(other)) continue;
      const bool is_answer = at.field >= kFirstFormField ||
                             (at.field == kExistenceField && !at.row.empty());
      if ((approves && is_answer) ||
          (answers && at.field == kStatusField && is_approval(other))) {
        record.marks.insert({seq, OracleMarkKind::kApproval});
      }
      if (sets && ArePaired(record, op.at, at)) {
        record.marks.insert({seq, OracleMarkKind::kPair});
      }
    }
  }
}

}  // namespace chasqui::testing
