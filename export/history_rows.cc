#include "export/history_rows.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "export/answer.h"
#include "sync/base/status_macros.h"
#include "sync/change.h"
#include "sync/lineage.h"

namespace chasqui::exporting {
namespace {

// What a row of the table says besides what happened to it. What an entry's
// rows have in common is written once.
struct Event {
  std::string_view what;
  std::string log;
  std::string record;
  const Op* op = nullptr;
  std::string_view person;
  OutcomeKind outcome = OutcomeKind::kNone;
  QuarantineReason reason = QuarantineReason::kNone;
  Seq about = 0;
};

std::string_view EventOf(OpKind kind) {
  switch (kind) {
    case OpKind::kSet:
      return "set";
    case OpKind::kSetStatus:
      return "set_status";
    case OpKind::kAddRow:
      return "add_row";
    case OpKind::kDeleteRow:
      return "delete_row";
    case OpKind::kDelete:
      return "delete";
    case OpKind::kRestore:
      return "restore";
    case OpKind::kReview:
      return "review";
  }
  return "";
}

// path, choice and value.
void AddWrite(const Op* op, const Survey& survey, NewRow& row) {
  if (op != nullptr && op->kind == OpKind::kSetStatus) {
    row.Text("_status").Null().Text(ToText(op->to));
    return;
  }
  const FieldSchema* const field = op != nullptr && op->kind == OpKind::kSet
                                       ? survey.schema.Field(op->at.field)
                                       : nullptr;
  if (field == nullptr) {
    row.Null().Null().Null();
    return;
  }
  const std::string* const choice =
      survey.numbering.ChoiceCode(op->at.field, op->at.choice);
  const Answer answer = AnswerOf(survey, *field, op->at.choice, op->value);
  row.Text(field->path).Text(choice == nullptr ? "" : *choice);
  // An answer may be the empty text; what answers nothing is none.
  if (answer.state == Answer::State::kAnswered) {
    row.batch().AddText(answer.text);
  } else {
    row.Null();
  }
}

std::string TextOrNone(const RecordId& record) {
  return record.empty() ? "" : ToText(record);
}

void AddEvent(Seq seq, std::int64_t received_ms, const EntryInfo* info,
              const Event& event, Taking& taking) {
  const Survey& survey = taking.survey();
  NewRow row(taking, taking.tables.Of(FixedTable::kHistory));
  row.Text(event.log)
      .Integer(seq)
      .Text(event.what)
      .Text(event.record)
      .Text(event.op == nullptr || event.op->at.row.empty()
                ? ""
                : ToText(event.op->at.row));
  AddWrite(event.op, survey, row);
  row.Text(event.person)
      .Text(info == nullptr ? "" : info->device)
      .Moment(received_ms);
  if (info == nullptr) {
    row.Null().Null().Null();
  } else {
    row.Moment(info->time.at).Moment(info->time.lo).Moment(info->time.hi);
  }
  row.Text(event.outcome == OutcomeKind::kNone ? "" : ToText(event.outcome))
      .Text(event.reason == QuarantineReason::kNone ? "" : ToText(event.reason))
      .SeqOrNull(event.about)
      .Increment();
}

// What became of one write of a change that was applied.
OutcomeKind OutcomeOf(const Outcome& outcome, const FieldAddress& at) {
  if (outcome.kind == OutcomeKind::kQuarantined) return outcome.kind;
  const auto found =
      std::find_if(outcome.fields.begin(), outcome.fields.end(),
                   [&](const FieldOutcome& field) { return field.at == at; });
  return found == outcome.fields.end() ? OutcomeKind::kApplied : found->kind;
}

absl::Status AddChange(const LogEntry& entry, const ChangeReceived& received,
                       Taking& taking) {
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                   taking.reader.FindEntry(entry.seq));
  if (!info.has_value()) {
    return absl::DataLossError("a change of the log is not known as one");
  }
  Event event;
  event.log = ToText(NameAt(taking.survey().lineage, entry.seq));
  event.record = TextOrNone(info->record);
  event.person = info->person;
  event.reason = info->outcome.reason;
  const absl::StatusOr<Change> change = DecodeReceived(received);
  if (!change.ok() || change->ops.empty()) {
    event.what = change.ok() ? "change" : "unreadable";
    event.outcome = info->outcome.kind;
    AddEvent(entry.seq, entry.received_ms, &*info, event, taking);
    return absl::OkStatus();
  }
  event.record = TextOrNone(change->record);
  for (const Op& op : change->ops) {
    event.what = EventOf(op.kind);
    event.op = &op;
    event.outcome = OutcomeOf(info->outcome, op.at);
    AddEvent(entry.seq, entry.received_ms, &*info, event, taking);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddHistory(Seq seq, Taking& taking) {
  ASSIGN_OR_RETURN(const LogEntry entry, taking.reader.ReadLog(seq));
  if (const auto* received = std::get_if<ChangeReceived>(&entry.body)) {
    return AddChange(entry, *received, taking);
  }
  Event event;
  event.log = ToText(NameAt(taking.survey().lineage, seq));
  if (const auto* released = std::get_if<QuarantineReleased>(&entry.body)) {
    event.what = "release";
    event.about = released->change;
    event.person = released->person;
  } else if (const auto* rejected =
                 std::get_if<QuarantineRejected>(&entry.body)) {
    event.what = "reject";
    event.about = rejected->change;
    event.person = rejected->person;
  } else if (const auto* erased = std::get_if<RecordErased>(&entry.body)) {
    event.what = "erase";
    event.record = TextOrNone(erased->record);
    event.person = erased->person;
  } else {
    return absl::OkStatus();
  }
  AddEvent(seq, entry.received_ms, nullptr, event, taking);
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
