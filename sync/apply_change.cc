#include "sync/apply_change.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/counters.h"
#include "sync/field_write.h"
#include "sync/marks.h"
#include "sync/membership.h"
#include "sync/presence.h"

namespace chasqui {
namespace {

// The application of one change, step by step.
class Application {
 public:
  explicit Application(Writing& writing)
      : writing_(writing), state_(writing.state()) {}

  absl::StatusOr<std::vector<Due>> Run();

 private:
  absl::Status Open();
  void MakeFields();
  absl::Status Write(const Op& op);
  absl::Status Set(const FieldAddress& at, Seq base, const Value& value);
  absl::Status SetStatus(const Op& op);
  absl::Status AddRow(const Op& op);
  absl::Status DeleteRow(const Op& op);
  absl::Status Mark(const Op& op);
  absl::StatusOr<Holder*> HolderAt(const RowId& row);
  absl::Status NoteSubmission();
  absl::StatusOr<std::vector<Due>> Close();

  Writing& writing_;
  State& state_;
  Record* record_ = nullptr;
  bool created_ = false;
  bool had_deletes_ = false;
  bool had_conflicts_ = false;
  Standing before_;
  RecordStatus status_before_ = RecordStatus::kNone;
  std::vector<RowId> touched_;
};

absl::Status Application::Open() {
  const RecordId& id = writing_.change().record;
  ASSIGN_OR_RETURN(record_, state_.EditRecord(id));
  if (record_ == nullptr) {
    record_ = state_.AddRecord(id);
    record_->id = id;
    record_->created = writing_.seq();
    created_ = true;
    MakeFields();
  } else {
    before_ = StandingOf(*record_, state_.survey().config.utc_offset_minutes);
    had_conflicts_ = record_->has_conflicts();
    status_before_ = record_->status();
  }
  for (const Op& op : writing_.change().ops) {
    if (!op.at.row.empty()) touched_.push_back(op.at.row);
  }
  std::sort(touched_.begin(), touched_.end());
  touched_.erase(std::unique(touched_.begin(), touched_.end()), touched_.end());
  ASSIGN_OR_RETURN(had_deletes_, HasDeletes(touched_, writing_, *record_));
  return absl::OkStatus();
}

// The fields that the creation is about to write, in order: one after the other
// each would push those behind it along.
void Application::MakeFields() {
  std::vector<std::pair<std::uint32_t, std::uint32_t>> places = {
      {kExistenceField, 0}};
  for (const Op& op : writing_.change().ops) {
    if (op.kind == OpKind::kSetStatus) places.emplace_back(kStatusField, 0);
    if (op.kind != OpKind::kSet || !op.at.row.empty()) continue;
    places.emplace_back(op.at.field, op.at.choice);
  }
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  record_->fields.resize(places.size());
  for (std::size_t i = 0; i < places.size(); ++i) {
    record_->fields[i].field = places[i].first;
    record_->fields[i].choice = places[i].second;
  }
}

absl::StatusOr<Holder*> Application::HolderAt(const RowId& row) {
  if (row.empty()) return static_cast<Holder*>(record_);
  ASSIGN_OR_RETURN(Row* const found, state_.EditRow(record_->id, row));
  if (found == nullptr) {
    return absl::DataLossError(
        StrCat("state: row ", ToText(row), " is missing"));
  }
  return static_cast<Holder*>(found);
}

// How a field in conflict counts: {under review, decided}.
std::pair<std::uint32_t, std::uint32_t> ConflictOf(const FieldState& field,
                                                   Policy policy) {
  if (field.live.size() < 2 || !field.IsConflict()) return {0, 0};
  return policy == Policy::kReview ? std::pair(1U, 0U) : std::pair(0U, 1U);
}

absl::Status Application::Set(const FieldAddress& at, Seq base,
                              const Value& value) {
  const FieldSchema* const schema = state_.survey().schema.Field(at.field);
  const Policy policy = schema == nullptr                  ? Policy::kLatest
                        : schema->policy == Policy::kUnion ? Policy::kLatest
                                                           : schema->policy;
  ASSIGN_OR_RETURN(Holder* const holder, HolderAt(at.row));
  FieldState& field = holder->At(at.field, at.choice);
  const auto before = ConflictOf(field, policy);
  ASSIGN_OR_RETURN(const bool overflow,
                   WriteField(at, policy, base, value, writing_, field));
  const auto after = ConflictOf(field, policy);
  record_->review_conflicts += after.first - before.first;
  record_->decided_conflicts += after.second - before.second;
  if (!at.row.empty()) holder->latest = writing_.seq();
  if (overflow) {
    AddMark({MarkKind::kOverflow, writing_.seq(), at, {}}, *record_);
  }
  return EndDeletes(at.row, base, writing_, *record_);
}

absl::Status Application::SetStatus(const Op& op) {
  return Set({RowId{}, kStatusField, 0}, writing_.BaseOf(op),
             Value::Choice(static_cast<std::uint32_t>(op.to)));
}

absl::Status Application::AddRow(const Op& op) {
  ASSIGN_OR_RETURN(const Row* const found,
                   state_.FindRow(record_->id, op.at.row));
  if (found == nullptr) {
    Row* const row = state_.AddRow(record_->id, op.at.row);
    row->id = op.at.row;
    row->parent = op.parent;
    row->repeat = op.repeat;
    ++record_->rows;
  }
  return Set({op.at.row, kExistenceField, 0}, writing_.BaseOf(op),
             Value::Answered());
}

absl::Status Application::DeleteRow(const Op& op) {
  ASSIGN_OR_RETURN(Holder* const row, HolderAt(op.at.row));
  row->latest = writing_.seq();
  return AddDelete(writing_.LowestBase(), writing_, *row);
}

absl::Status Application::Write(const Op& op) {
  switch (op.kind) {
    case OpKind::kSet:
      return Set(op.at, writing_.BaseOf(op), op.value);
    case OpKind::kSetStatus:
      return SetStatus(op);
    case OpKind::kAddRow:
      return AddRow(op);
    case OpKind::kDeleteRow:
      return DeleteRow(op);
    case OpKind::kDelete:
      return AddDelete(writing_.LowestBase(), writing_, *record_);
    case OpKind::kRestore:
      return Set({op.at.row, kExistenceField, 0}, writing_.BaseOf(op),
                 Value::Answered());
    case OpKind::kReview:
      ClearMarks(writing_.LowestBase(), *record_);
      return absl::OkStatus();
  }
  return absl::OkStatus();
}

// Once everything is written: what was made in one change has seen itself.
absl::Status Application::Mark(const Op& op) {
  if (created_) return absl::OkStatus();
  if (op.kind == OpKind::kSetStatus && op.to == RecordStatus::kApproved) {
    return MarkApproval(writing_, *record_);
  }
  const bool answer =
      op.kind == OpKind::kAddRow || op.kind == OpKind::kDeleteRow ||
      (op.kind == OpKind::kSet && op.at.field >= kFirstFormField);
  if (!answer) return absl::OkStatus();
  RETURN_IF_ERROR(MarkAnswerBesideApproval(op.at, writing_, *record_));
  if (op.kind != OpKind::kSet) return absl::OkStatus();
  return MarkPairs(op.at, writing_, *record_);
}

// The day of submission is that of the shown `submitted`; an approval keeps
// it, anything else takes it back.
absl::Status Application::NoteSubmission() {
  const RecordStatus status = record_->status();
  if (status == RecordStatus::kApproved) return absl::OkStatus();
  record_->submitted_ms = 0;
  if (status != RecordStatus::kSubmitted) return absl::OkStatus();
  const FieldState& field = *record_->Find(kStatusField);
  ASSIGN_OR_RETURN(const Seq behind,
                   ChangeBehind(field.live[field.shown].seq, state_));
  ASSIGN_OR_RETURN(const EntryInfo* const info, state_.FindEntry(behind));
  if (info != nullptr) record_->submitted_ms = info->time.at;
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Due>> Application::Close() {
  MoveInFeeds(writing_.seq(), *record_, state_);
  const Survey& survey = state_.survey();
  const Standing after = StandingOf(*record_, survey.config.utc_offset_minutes);
  Recount(before_, after, state_);
  if (record_->has_conflicts() != had_conflicts_) {
    state_.SetConflicted(record_->id, !had_conflicts_);
  }

  const bool reopened = status_before_ == RecordStatus::kApproved &&
                        record_->status() != RecordStatus::kApproved;
  std::vector<Due> due;
  if (!created_ && !reopened) return due;
  ASSIGN_OR_RETURN(const std::vector<Seq> waiting, state_.HeldFor(record_->id));
  for (const Seq change : waiting) {
    ASSIGN_OR_RETURN(const Held* const held, state_.FindHeld(change));
    if (held == nullptr) continue;
    if ((created_ && held->reason == QuarantineReason::kAwaitsCreation) ||
        (reopened && held->reason == QuarantineReason::kAfterApproval)) {
      due.push_back({change, false});
    }
  }
  return due;
}

absl::StatusOr<std::vector<Due>> Application::Run() {
  RETURN_IF_ERROR(Open());
  const Change& change = writing_.change();
  if (created_ || change.creates) {
    RETURN_IF_ERROR(Set({RowId{}, kExistenceField, 0}, writing_.LowestBase(),
                        Value::Answered()));
  }
  for (const Op& op : change.ops) RETURN_IF_ERROR(Write(op));
  for (const Op& op : change.ops) RETURN_IF_ERROR(Mark(op));
  ASSIGN_OR_RETURN(const bool has_deletes,
                   HasDeletes(touched_, writing_, *record_));
  if (had_deletes_ || has_deletes) {
    RETURN_IF_ERROR(DecidePresence(writing_, *record_));
  }
  if (change.form > record_->form) record_->form = change.form;
  RETURN_IF_ERROR(NoteSubmission());
  return Close();
}

}  // namespace

absl::StatusOr<std::vector<Due>> ApplyChange(Writing& writing) {
  return Application(writing).Run();
}

}  // namespace chasqui
