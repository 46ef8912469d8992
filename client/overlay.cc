#include "client/overlay.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace chasqui::client {
namespace {

using Fields = std::vector<FieldState>;

void Write(std::uint32_t number, std::uint32_t choice, const Value& value,
           Fields& fields) {
  const auto at =
      std::find_if(fields.begin(), fields.end(), [&](const FieldState& field) {
        return std::pair(field.field, field.choice) >=
               std::pair(number, choice);
      });
  FieldState written;
  written.field = number;
  written.choice = choice;
  written.live.push_back({0, value});
  if (at != fields.end() && at->field == number && at->choice == choice) {
    *at = std::move(written);
  } else {
    fields.insert(at, std::move(written));
  }
}

PulledRow* FindRow(const RowId& id, PulledRecord& record) {
  const auto at =
      std::find_if(record.rows.begin(), record.rows.end(),
                   [&id](const PulledRow& row) { return row.id == id; });
  return at == record.rows.end() ? nullptr : &*at;
}

void AddRow(const Op& op, PulledRecord& record) {
  if (FindRow(op.at.row, record) != nullptr) return;
  PulledRow row;
  row.id = op.at.row;
  row.parent = op.parent;
  row.repeat = op.repeat;
  row.whole = true;
  Write(kExistenceField, 0, Value::Answered(), row.fields);
  const auto at = std::find_if(
      record.rows.begin(), record.rows.end(),
      [&row](const PulledRow& other) { return row.id < other.id; });
  record.rows.insert(at, std::move(row));
}

// The row goes with the rows inside it.
void DropRow(const RowId& id, PulledRecord& record) {
  PulledRecord news;
  news.id = record.id;
  news.seq = record.seq;
  news.form = record.form;
  news.review_conflicts = record.review_conflicts;
  news.decided_conflicts = record.decided_conflicts;
  news.marks = record.marks;
  PulledRow gone;
  gone.id = id;
  gone.gone = true;
  news.rows.push_back(gone);
  const bool was_gone = record.gone;  // the record, deleted as well
  Merge(news, record);
  record.gone = was_gone;
}

void Apply(const Op& op, PulledRecord& record) {
  switch (op.kind) {
    case OpKind::kSet: {
      if (op.at.row.empty()) {
        Write(op.at.field, op.at.choice, op.value, record.fields);
      } else if (PulledRow* const row = FindRow(op.at.row, record)) {
        Write(op.at.field, op.at.choice, op.value, row->fields);
      }
      break;
    }
    case OpKind::kSetStatus:
      Write(kStatusField, 0, Value::Choice(static_cast<std::uint32_t>(op.to)),
            record.fields);
      break;
    case OpKind::kAddRow:
      AddRow(op, record);
      break;
    case OpKind::kDeleteRow:
      DropRow(op.at.row, record);
      break;
    case OpKind::kDelete:
      record.gone = true;
      break;
    case OpKind::kRestore:
      break;
    case OpKind::kReview:
      record.marks.clear();
      break;
  }
}

bool Writes(const Op& op) {
  return op.kind != OpKind::kDelete && op.kind != OpKind::kDeleteRow &&
         op.kind != OpKind::kReview;
}

}  // namespace

void Overlay(const Change& change, PulledRecord& record) {
  if (change.creates) {
    record.gone = false;
    Write(kExistenceField, 0, Value::Answered(), record.fields);
  }
  record.form = std::max(record.form, change.form);
  for (const Op& op : change.ops) {
    // A write in a record that its author had seen deleted brings it back, also
    // if the same change has deleted it.
    if (Writes(op)) record.gone = false;
    Apply(op, record);
  }
}

}  // namespace chasqui::client
