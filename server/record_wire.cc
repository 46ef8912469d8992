#include "server/record_wire.h"

#include <optional>
#include <set>
#include <string>
#include <utility>

#include "export/answer.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "sync/presence.h"

namespace chasqui::server {
namespace {

template <typename Tag>
std::string IdBytes(const Name16<Tag>& id) {
  return id.empty() ? std::string() : std::string(id.view());
}

v1::Answer AnswerToWire(const exporting::Answer& answer) {
  v1::Answer wire;
  switch (answer.state) {
    case exporting::Answer::State::kAbsent:
      wire.set_state(v1::ANSWER_STATE_UNSPECIFIED);
      break;
    case exporting::Answer::State::kAnswered:
      wire.set_state(v1::ANSWER_STATE_ANSWERED);
      break;
    case exporting::Answer::State::kCleared:
      wire.set_state(v1::ANSWER_STATE_CLEARED);
      break;
    case exporting::Answer::State::kNotRelevant:
      wire.set_state(v1::ANSWER_STATE_NOT_RELEVANT);
      break;
    case exporting::Answer::State::kErased:
      wire.set_state(v1::ANSWER_STATE_ERASED);
      break;
  }
  wire.set_text(answer.text);
  return wire;
}

v1::Write WriteToWire(const exporting::CompetingWrite& write) {
  v1::Write wire;
  *wire.mutable_answer() = AnswerToWire(write.answer);
  *wire.mutable_by() = AuthorshipToWire(write.seq, write.by);
  return wire;
}

// The fields of a record or row, each once, in the order of their numbers.
absl::Status FieldsToWire(
    const Reader& reader, const Holder& holder,
    google::protobuf::RepeatedPtrField<v1::RecordField>& fields) {
  const Survey& survey = reader.survey();
  std::uint32_t last = kExistenceField;
  for (const FieldState& state : holder.fields) {
    if (state.field == last) continue;
    last = state.field;
    const FieldSchema* const field = survey.schema.Field(state.field);
    if (field == nullptr) continue;
    const exporting::Answer answer =
        exporting::ShownAnswer(survey, *field, holder);
    v1::RecordField& out = *fields.Add();
    out.set_path(field->path);
    out.set_number(field->number);
    *out.mutable_answer() = AnswerToWire(answer);
    out.set_conflict(answer.conflict);
    const Seq seq = field->type == FieldType::kChoices
                        ? answer.seq
                        : state.live[state.shown].seq;
    ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                     reader.FindEntry(seq));
    if (info.has_value()) *out.mutable_by() = AuthorshipToWire(seq, *info);
  }
  return absl::OkStatus();
}

std::string PlaceToText(const Survey& survey, const FieldAddress& at) {
  const FieldSchema* const field = survey.schema.Field(at.field);
  const std::string path =
      field == nullptr
          ? (at.field == kExistenceField ? "" : StrCat("#", at.field))
          : field->path;
  return at.row.empty() ? path : StrCat(ToText(at.row), ":", path);
}

v1::ReviewMark MarkToWire(const Survey& survey, const Mark& mark) {
  v1::ReviewMark wire;
  wire.set_reason(static_cast<v1::ReviewReason>(mark.kind));
  wire.set_seq(mark.seq);
  wire.set_first(PlaceToText(survey, mark.a));
  if (mark.kind == MarkKind::kPair || mark.kind == MarkKind::kApproval) {
    wire.set_second(PlaceToText(survey, mark.b));
  }
  return wire;
}

void SetWrite(const Survey& survey, const Op& op, v1::HistoryWrite& wire) {
  const FieldSchema* const field = survey.schema.Field(op.at.field);
  if (field == nullptr) {
    wire.set_path(StrCat("#", op.at.field));
    return;
  }
  wire.set_path(field->path);
  const std::string* const choice =
      survey.numbering.ChoiceCode(op.at.field, op.at.choice);
  if (choice != nullptr) wire.set_choice(*choice);
  // A value of another type than its field's cannot be spelled; it is only
  // said to be there.
  if (!CheckValue(op.value).ok() ||
      !IsGivenOfType(*field, op.at.choice, op.value)) {
    wire.mutable_answer()->set_state(v1::ANSWER_STATE_ANSWERED);
    return;
  }
  *wire.mutable_answer() =
      AnswerToWire(exporting::AnswerOf(survey, *field, op.at.choice, op.value));
}

OutcomeKind OutcomeOf(const Op& op, const Outcome& outcome) {
  if (outcome.kind == OutcomeKind::kQuarantined) return outcome.kind;
  FieldAddress at = op.at;
  if (op.kind == OpKind::kSetStatus) at.field = kStatusField;
  for (const FieldOutcome& field : outcome.fields) {
    if (field.at == at) return field.kind;
  }
  return OutcomeKind::kApplied;
}

v1::HistoryWrite OpToWire(const Survey& survey, const Op& op,
                          const Outcome& outcome) {
  v1::HistoryWrite wire;
  wire.set_act(static_cast<v1::HistoryAct>(op.kind));
  wire.set_row(IdBytes(op.at.row));
  wire.set_outcome(static_cast<v1::OutcomeKind>(OutcomeOf(op, outcome)));
  if (op.kind == OpKind::kSet) SetWrite(survey, op, wire);
  if (op.kind == OpKind::kSetStatus) {
    wire.set_path("_status");
    wire.mutable_answer()->set_state(v1::ANSWER_STATE_ANSWERED);
    wire.mutable_answer()->set_text(std::string(ToText(op.to)));
  }
  if (op.kind == OpKind::kAddRow) {
    const RepeatSchema* const repeat = survey.schema.Repeat(op.repeat);
    if (repeat != nullptr) wire.set_path(repeat->path);
  }
  return wire;
}

}  // namespace

v1::Authorship AuthorshipToWire(Seq seq, const EntryInfo& info) {
  v1::Authorship wire;
  wire.set_seq(seq);
  wire.set_person(info.person);
  wire.set_role(static_cast<v1::Role>(info.role));
  wire.set_device(info.device);
  wire.set_at_ms(info.time.at);
  wire.set_received_ms(info.received_ms);
  return wire;
}

v1::Outcome OutcomeToWire(const Outcome& outcome) {
  v1::Outcome wire;
  wire.set_kind(static_cast<v1::OutcomeKind>(outcome.kind));
  wire.set_reason(static_cast<v1::QuarantineReason>(outcome.reason));
  wire.set_rejected(outcome.rejected);
  for (const FieldOutcome& field : outcome.fields) {
    v1::FieldOutcome& out = *wire.add_fields();
    out.set_row(IdBytes(field.at.row));
    out.set_field(field.at.field);
    out.set_choice(field.at.choice);
    out.set_kind(static_cast<v1::OutcomeKind>(field.kind));
    out.set_policy(static_cast<v1::ConflictPolicy>(field.policy));
    out.set_by(field.by);
    out.set_uncertain(field.uncertain);
    out.set_history(field.history);
  }
  return wire;
}

absl::StatusOr<v1::RecordSummary> SummaryToWire(const Reader& reader,
                                                const Record& record) {
  v1::RecordSummary wire;
  wire.set_record(std::string(record.id.view()));
  wire.set_seq(record.latest);
  wire.set_status(static_cast<v1::RecordStatus>(record.status()));
  wire.set_area(record.area());
  wire.set_assignee(record.assignee());
  wire.set_form(record.form);
  wire.set_gone(record.gone);
  wire.set_open_conflicts(record.open_conflicts());
  wire.set_decided_conflicts(record.decided_conflicts);
  ASSIGN_OR_RETURN(const auto created, reader.FindEntry(record.created));
  if (created.has_value()) wire.set_created_ms(created->time.at);
  ASSIGN_OR_RETURN(const auto updated, reader.FindEntry(record.latest));
  if (updated.has_value()) wire.set_updated_ms(updated->received_ms);
  return wire;
}

v1::Conflict ConflictToWire(const Survey& survey, const RecordId& record,
                            const exporting::Conflict& conflict) {
  v1::Conflict wire;
  wire.set_record(std::string(record.view()));
  wire.set_row(IdBytes(conflict.at.row));
  wire.set_path(conflict.field->path);
  const std::string* const choice =
      survey.numbering.ChoiceCode(conflict.at.field, conflict.at.choice);
  if (choice != nullptr) wire.set_choice(*choice);
  wire.set_policy(static_cast<v1::ConflictPolicy>(conflict.field->policy));
  *wire.mutable_shown() = WriteToWire(conflict.shown);
  for (const exporting::CompetingWrite& loser : conflict.losers) {
    *wire.add_losers() = WriteToWire(loser);
  }
  wire.set_open(conflict.open);
  wire.set_uncertain(conflict.uncertain);
  return wire;
}

absl::Status RecordToWire(const Reader& reader, const Record& record,
                          v1::GetRecordResponse& response) {
  ASSIGN_OR_RETURN(*response.mutable_summary(), SummaryToWire(reader, record));
  RETURN_IF_ERROR(FieldsToWire(reader, record, *response.mutable_fields()));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, reader.RowsOf(record.id));
  const std::set<RowId> gone = GoneRows(rows);
  for (const Row& row : rows) {
    v1::RecordRow& out = *response.add_rows();
    out.set_id(std::string(row.id.view()));
    out.set_parent(IdBytes(row.parent));
    out.set_gone(gone.contains(row.id));
    const RepeatSchema* const repeat =
        reader.survey().schema.Repeat(row.repeat);
    if (repeat != nullptr) out.set_repeat(repeat->path);
    RETURN_IF_ERROR(FieldsToWire(reader, row, *out.mutable_fields()));
  }
  ASSIGN_OR_RETURN(const auto conflicts,
                   exporting::ConflictsOf(reader, record, rows));
  for (const exporting::Conflict& conflict : conflicts) {
    *response.add_conflicts() =
        ConflictToWire(reader.survey(), record.id, conflict);
  }
  for (const Mark& mark : record.marks) {
    *response.add_marks() = MarkToWire(reader.survey(), mark);
  }
  v1::LogPosition& seen = *response.mutable_seen();
  seen.set_log(
      static_cast<std::uint64_t>(PresentName(reader.survey().lineage)));
  seen.set_seq(reader.head());
  return absl::OkStatus();
}

void WritesToWire(
    const Survey& survey, const Change& change, const Outcome& outcome,
    google::protobuf::RepeatedPtrField<v1::HistoryWrite>& writes) {
  for (const Op& op : change.ops) {
    *writes.Add() = OpToWire(survey, op, outcome);
  }
}

}  // namespace chasqui::server
