#include "tests/simulation/naive_view.h"

#include <cstdint>
#include <utility>
#include <vector>

namespace chasqui::testing {
namespace {

FieldAddress StatusAddress() { return {RowId{}, kStatusField, 0}; }

std::string FieldText(const FieldAddress& at) {
  return "field " + std::to_string(at.field) + "." + std::to_string(at.choice) +
         " of row " + ToText(at.row);
}

}  // namespace

void NaiveView::Take(const PulledRecord& copy) {
  gone_ = copy.gone;
  for (const FieldState& field : copy.fields) {
    fields_[{RowId{}, field.field, field.choice}] = field.value();
  }
  for (const PulledRow& row : copy.rows) {
    rows_[row.id] = row.parent;
    for (const FieldState& field : row.fields) {
      fields_[{row.id, field.field, field.choice}] = field.value();
    }
  }
}

void NaiveView::Write(const Change& change) {
  if (change.creates) {
    gone_ = false;
    fields_[{RowId{}, kExistenceField, 0}] = Value::Answered();
  }
  for (const Op& op : change.ops) Write(op);
}

void NaiveView::Write(const Op& op) {
  const bool takes_away = op.kind == OpKind::kDelete ||
                          op.kind == OpKind::kDeleteRow ||
                          op.kind == OpKind::kReview;
  if (!takes_away) gone_ = false;
  const bool there = op.at.row.empty() || rows_.contains(op.at.row);
  switch (op.kind) {
    case OpKind::kSet:
      if (there) fields_[op.at] = op.value;
      return;
    case OpKind::kSetStatus:
      fields_[StatusAddress()] =
          Value::Choice(static_cast<std::uint32_t>(op.to));
      return;
    case OpKind::kAddRow:
      if (there) return;
      rows_[op.at.row] = op.parent;
      fields_[{op.at.row, kExistenceField, 0}] = Value::Answered();
      return;
    case OpKind::kDeleteRow:
      Drop(op.at.row);
      return;
    case OpKind::kDelete:
      gone_ = true;
      return;
    case OpKind::kRestore:
    case OpKind::kReview:
      return;
  }
}

void NaiveView::Drop(const RowId& row) {
  rows_.erase(row);
  std::erase_if(fields_,
                [&row](const auto& field) { return field.first.row == row; });
  std::vector<RowId> inside;
  for (const auto& [id, parent] : rows_) {
    if (parent == row) inside.push_back(id);
  }
  for (const RowId& id : inside) Drop(id);
}

std::string NaiveView::DifferenceTo(const PulledRecord& shown) const {
  if (shown.gone != gone_) return gone_ ? "is not gone" : "is gone";
  if (gone_) return {};
  NaiveView other;
  other.Take(shown);
  for (const auto& [at, value] : fields_) {
    const auto found = other.fields_.find(at);
    if (found == other.fields_.end()) return FieldText(at) + " is not shown";
    if (found->second != value) return FieldText(at) + " shows another value";
  }
  for (const auto& [at, value] : other.fields_) {
    if (!fields_.contains(at)) return FieldText(at) + " is shown";
  }
  if (other.rows_ != rows_) return "it shows other rows";
  return {};
}

}  // namespace chasqui::testing
