// What a device lacks of a record, row by row.

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "sync/pull.h"

namespace chasqui {
namespace {

using RowsById = std::map<RowId, const Row*>;

// A row with those around it, as a pull sees it.
struct Standing {
  bool gone = false;         // it, or a row around it
  Seq came_back = 0;         // the latest return of any of them
  bool gone_around = false;  // a row around it is gone: it goes with that one
};

Standing StandingOf(const Row& row, const RowsById& rows) {
  Standing standing;
  standing.gone = row.gone;
  standing.came_back = row.came_back;
  for (RowId at = row.parent; !at.empty();) {
    const auto around = rows.find(at);
    if (around == rows.end()) break;
    standing.gone |= around->second->gone;
    standing.gone_around |= around->second->gone;
    standing.came_back =
        std::max(standing.came_back, around->second->came_back);
    at = around->second->parent;
  }
  return standing;
}

std::vector<FieldState> FieldsPast(const Holder& holder, Seq complete) {
  std::vector<FieldState> fields;
  for (const FieldState& field : holder.fields) {
    if (field.seq() > complete) fields.push_back(field);
  }
  return fields;
}

// When a row was added: its existence is written by that, and by whatever
// restores it.
bool IsNew(const Row& row, Seq complete) {
  const FieldState* const existence = row.Find(kExistenceField);
  return existence == nullptr ||
         std::all_of(existence->live.begin(), existence->live.end(),
                     [complete](const LiveWrite& write) {
                       return write.seq > complete;
                     });
}

std::optional<PulledRow> NewerRow(const Row& row, const RowsById& rows,
                                  bool record_whole, Seq complete) {
  const Standing standing = StandingOf(row, rows);
  if (standing.gone && (record_whole || standing.gone_around)) {
    return std::nullopt;  // never there, or gone with the row around it
  }
  const bool whole =
      record_whole || standing.came_back > complete || IsNew(row, complete);
  if (!whole && row.latest <= complete) return std::nullopt;
  PulledRow pulled;
  pulled.id = row.id;
  pulled.parent = row.parent;
  pulled.repeat = row.repeat;
  pulled.gone = standing.gone;
  if (pulled.gone) return pulled;
  pulled.whole = whole;
  pulled.fields = whole ? row.fields : FieldsPast(row, complete);
  return pulled;
}

std::vector<PulledRow> NewerRows(const std::vector<Row>& rows,
                                 bool record_whole, Seq complete) {
  RowsById by_id;
  for (const Row& row : rows) by_id[row.id] = &row;
  std::vector<PulledRow> pulled;
  for (const Row& row : rows) {
    std::optional<PulledRow> newer =
        NewerRow(row, by_id, record_whole, complete);
    if (newer.has_value()) pulled.push_back(*std::move(newer));
  }
  return pulled;
}

}  // namespace

std::vector<PulledRow> ShownRows(const std::vector<Row>& rows) {
  return NewerRows(rows, true, 0);
}

PulledRecord Newer(Record record, const std::vector<Row>& rows,
                   const Membership& membership, Seq complete) {
  PulledRecord pulled;
  pulled.id = record.id;
  pulled.seq = record.latest;
  pulled.form = record.form;
  pulled.gone = record.gone;
  if (record.gone) return pulled;
  pulled.whole = membership.entered > complete || record.came_back > complete;
  pulled.review_conflicts = record.review_conflicts;
  pulled.decided_conflicts = record.decided_conflicts;
  pulled.marks = std::move(record.marks);
  pulled.fields =
      pulled.whole ? std::move(record.fields) : FieldsPast(record, complete);
  pulled.rows = NewerRows(rows, pulled.whole, complete);
  return pulled;
}

}  // namespace chasqui
