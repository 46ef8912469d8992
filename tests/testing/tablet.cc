#include "tests/testing/tablet.h"

#include <algorithm>

#include "sync/base/check.h"

namespace chasqui::testing {
namespace {

template <typename Name>
Name Named(std::string_view name) {
  CHECK(!name.empty() && name.size() <= Name::kSize);
  Name id;
  for (std::size_t i = 0; i < name.size(); ++i) {
    id.bytes[i] = static_cast<std::uint8_t>(name[i]);
  }
  return id;
}

}  // namespace

RecordId RecordNamed(std::string_view name) { return Named<RecordId>(name); }
RowId RowNamed(std::string_view name) { return Named<RowId>(name); }

Op& Edit::Add(OpKind kind) {
  Op& op = change_.ops.emplace_back();
  op.kind = kind;
  return op;
}

Edit& Edit::Creates(std::string_view area) {
  change_.creates = true;
  return Set(kAreaField, area);
}

Edit& Edit::Form(std::uint32_t number) {
  change_.form = number;
  return *this;
}

Edit& Edit::Set(std::uint32_t field, const Value& value, const RowId& row) {
  Op& op = Add(OpKind::kSet);
  op.at = {row, field, 0};
  op.value = value;
  return *this;
}

Edit& Edit::Tick(std::uint32_t field, std::uint32_t choice, bool ticked) {
  Op& op = Add(OpKind::kSet);
  op.at = {RowId{}, field, choice};
  op.value = Value::Ticked(ticked);
  return *this;
}

Edit& Edit::Status(RecordStatus from, RecordStatus to) {
  Op& op = Add(OpKind::kSetStatus);
  op.from = from;
  op.to = to;
  return *this;
}

Edit& Edit::AddRow(const RowId& row, std::uint32_t repeat,
                   const RowId& parent) {
  Op& op = Add(OpKind::kAddRow);
  op.at.row = row;
  op.repeat = repeat;
  op.parent = parent;
  return *this;
}

Edit& Edit::DeleteRow(const RowId& row) {
  Add(OpKind::kDeleteRow).at.row = row;
  return *this;
}

Edit& Edit::Delete() {
  Add(OpKind::kDelete);
  return *this;
}

Edit& Edit::Restore(const RowId& row) {
  Add(OpKind::kRestore).at.row = row;
  return *this;
}

Edit& Edit::Review() {
  Add(OpKind::kReview);
  return *this;
}

Edit& Edit::Seen(const Position& base) {
  CHECK(!change_.ops.empty());
  change_.positions.push_back(base);
  change_.ops.back().base =
      static_cast<std::uint32_t>(change_.positions.size() - 1);
  return *this;
}

Edit& Edit::At(const EditClock& clock) {
  change_.clock = clock;
  return *this;
}

Tablet::Tablet(std::string device)
    : device_(std::move(device)), start_(ChainStart("survey", device_)) {}

std::uint64_t Tablet::Save(const Edit& edit) {
  return SaveRaw(EncodeChange(edit.change()));
}

std::uint64_t Tablet::SaveRaw(std::string bytes) {
  const ChainHash before = chain_.empty() ? start_ : chain_.back().second;
  const ChainHash h = ChainNext(before, bytes);
  chain_.emplace_back(std::move(bytes), h);
  return chain_.size();
}

Batch Tablet::BatchOf(std::uint64_t first, std::uint64_t last) const {
  CHECK(first >= 1);
  CHECK(last <= chain_.size());
  Batch batch;
  batch.device = device_;
  batch.first = first;
  batch.before = first == 1 ? start_ : chain_[first - 2].second;
  batch.exchange = exchange;
  batch.told = told;
  for (std::uint64_t n = first; n <= last; ++n) {
    ReceivedChange change;
    change.bytes = chain_[n - 1].first;
    batch.changes.push_back(std::move(change));
  }
  return batch;
}

Batch Tablet::BatchFrom(std::uint64_t first) const {
  return BatchOf(first, chain_.size());
}

Batch Tablet::CardOf(std::uint64_t first, std::uint64_t last) const {
  Batch batch = BatchOf(first, last);
  batch.sealed = true;
  return batch;
}

ChangeAnswer Tablet::Send(const Edit& edit, SurveyServer& server) {
  const std::uint64_t number = Save(edit);
  const BatchAnswer answer = server.Take(BatchFrom(number));
  CHECK(answer.changes.size() == 1);
  return answer.changes[0];
}

}  // namespace chasqui::testing
