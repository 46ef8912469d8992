#include "export/history_rows.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "export/answer.h"
#include "sync/base/status_macros.h"
#include "sync/change.h"
#include "sync/lineage.h"

namespace chasqui::exporting {
namespace {

// Few enough for a batch to stay small: a change has some 240 KB, and a row a
// path and the code of a choice besides.
constexpr std::size_t kRowsAtOnce = 256;

// What the rows of one entry have in common.
struct Common {
  Seq seq = 0;
  std::int64_t received_ms = 0;
  const EntryInfo* info = nullptr;  // of a change
  std::string log;
  std::string record;
  std::string_view person;
  QuarantineReason reason = QuarantineReason::kNone;
  Seq about = 0;
};

// And what each says for itself.
struct Event {
  std::string_view what;
  std::optional<std::string> row = {};
  std::optional<std::string_view> path = {};
  std::optional<std::string_view> choice = {};
  std::optional<std::string> value = {};
  OutcomeKind outcome = OutcomeKind::kNone;
};

std::string_view NameOf(OpKind kind) {
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

std::string TextOrNone(const RecordId& record) {
  return record.empty() ? "" : ToText(record);
}

void AddEvents(const Common& common, const std::vector<Event>& events,
               Taking& taking) {
  const auto each = [&events](auto member) {
    return [&events, member](std::size_t i) -> std::optional<std::string_view> {
      return events[i].*member;
    };
  };
  NewRows rows(taking, taking.tables.Of(FixedTable::kHistory), events.size());
  rows.Text(common.log)
      .Integer(common.seq)
      .Texts(each(&Event::what))
      .Text(common.record)
      .Texts(each(&Event::row))
      .Texts(each(&Event::path))
      .Texts(each(&Event::choice))
      .Texts(each(&Event::value))
      .Text(common.person)
      .Text(common.info == nullptr ? "" : common.info->device)
      .Moment(common.received_ms);
  if (common.info == nullptr) {
    rows.Null().Null().Null();
  } else {
    const TimeInterval& made = common.info->time;
    rows.Moment(made.at).Moment(made.lo).Moment(made.hi);
  }
  rows.Texts([&events](std::size_t i) -> std::optional<std::string_view> {
        if (events[i].outcome == OutcomeKind::kNone) return std::nullopt;
        return ToText(events[i].outcome);
      })
      .Text(common.reason == QuarantineReason::kNone ? ""
                                                     : ToText(common.reason))
      .SeqOrNull(common.about)
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

Event EventOf(const Op& op, const Outcome& outcome, const Survey& survey) {
  Event event;
  event.what = NameOf(op.kind);
  event.outcome = OutcomeOf(outcome, op.at);
  if (!op.at.row.empty()) event.row = ToText(op.at.row);
  if (op.kind == OpKind::kSetStatus) {
    event.path = "_status";
    event.value = ToText(op.to);
  }
  if (op.kind != OpKind::kSet) return event;
  const FieldSchema* const field = survey.schema.Field(op.at.field);
  if (field == nullptr) return event;
  event.path = field->path;
  const std::string* const choice =
      survey.numbering.ChoiceCode(op.at.field, op.at.choice);
  if (choice != nullptr) event.choice = *choice;
  // An answer may be the empty text; what answers nothing is none.
  Answer answer = AnswerOf(survey, *field, op.at.choice, op.value);
  if (answer.state == Answer::State::kAnswered) {
    event.value = std::move(answer.text);
  }
  return event;
}

absl::Status AddChange(const LogEntry& entry, const ChangeReceived& received,
                       Common common, Taking& taking) {
  ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                   taking.reader.FindEntry(entry.seq));
  if (!info.has_value()) {
    return absl::DataLossError("a change of the log is not known as one");
  }
  common.info = &*info;
  common.record = TextOrNone(info->record);
  common.person = info->person;
  common.reason = info->outcome.reason;
  const absl::StatusOr<Change> change = DecodeReceived(received);
  if (!change.ok() || change->ops.empty()) {
    AddEvents(common,
              {{.what = change.ok() ? "change" : "unreadable",
                .outcome = info->outcome.kind}},
              taking);
    return absl::OkStatus();
  }
  common.record = TextOrNone(change->record);
  std::vector<Event> events;
  for (const Op& op : change->ops) {
    events.push_back(EventOf(op, info->outcome, taking.survey()));
    if (events.size() < kRowsAtOnce && &op != &change->ops.back()) continue;
    AddEvents(common, events, taking);
    events.clear();
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status AddHistory(Seq seq, Taking& taking) {
  ASSIGN_OR_RETURN(const LogEntry entry, taking.reader.ReadLog(seq));
  Common common;
  common.seq = seq;
  common.received_ms = entry.received_ms;
  common.log = ToText(NameAt(taking.survey().lineage, seq));
  if (const auto* received = std::get_if<ChangeReceived>(&entry.body)) {
    return AddChange(entry, *received, std::move(common), taking);
  }
  Event event;
  if (const auto* released = std::get_if<QuarantineReleased>(&entry.body)) {
    event.what = "release";
    common.about = released->change;
    common.person = released->person;
  } else if (const auto* rejected =
                 std::get_if<QuarantineRejected>(&entry.body)) {
    event.what = "reject";
    common.about = rejected->change;
    common.person = rejected->person;
  } else if (const auto* erased = std::get_if<RecordErased>(&entry.body)) {
    event.what = "erase";
    common.record = TextOrNone(erased->record);
    common.person = erased->person;
  } else {
    return absl::OkStatus();
  }
  AddEvents(common, {std::move(event)}, taking);
  return absl::OkStatus();
}

}  // namespace chasqui::exporting
