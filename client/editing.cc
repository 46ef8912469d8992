// Opening a record, and what is saved of it.

#include <algorithm>
#include <utility>

#include "client/local_survey.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

RecordStatus StatusShown(const PulledRecord& record) {
  for (const FieldState& field : record.fields) {
    if (field.field != kStatusField) continue;
    if (field.value().kind != ValueKind::kChoice) break;
    const std::uint32_t status = ChoiceOf(field.value());
    if (status > static_cast<std::uint32_t>(RecordStatus::kReturned)) break;
    return static_cast<RecordStatus>(status);
  }
  return RecordStatus::kNone;
}

}  // namespace

Op& Editing::Add(OpKind kind) {
  Op op;
  op.kind = kind;
  change_.ops.push_back(std::move(op));
  return change_.ops.back();
}

void Editing::Set(const FieldAddress& at, const Value& value) {
  Op& op = Add(OpKind::kSet);
  op.at = at;
  op.value = value;
}

void Editing::SetStatus(RecordStatus to) {
  Op& op = Add(OpKind::kSetStatus);
  op.from = change_.creates ? RecordStatus::kNone : StatusShown(view_.record);
  op.to = to;
}

void Editing::AddRow(const RowId& row, std::uint32_t repeat,
                     const RowId& parent) {
  Op& op = Add(OpKind::kAddRow);
  op.at.row = row;
  op.repeat = repeat;
  op.parent = parent;
}

void Editing::DeleteRow(const RowId& row) {
  Add(OpKind::kDeleteRow).at.row = row;
}

void Editing::Delete() { Add(OpKind::kDelete); }

void Editing::Restore(const RowId& row) { Add(OpKind::kRestore).at.row = row; }

void Editing::Review() { Add(OpKind::kReview); }

}  // namespace chasqui::client
