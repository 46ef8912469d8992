#include "server/acts.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "server/record_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "sync/value_text.h"

namespace chasqui::server {
namespace {

template <typename Id>
absl::StatusOr<Id> IdFromWire(std::string_view bytes, std::string_view what) {
  const std::optional<Id> id = Id::FromBytes(bytes);
  if (!id.has_value()) {
    return absl::InvalidArgumentError(StrCat("the id of a ", what, " has ",
                                             bytes.size(),
                                             " bytes; it must have 16"));
  }
  return *id;
}

Op Set(const FieldAddress& at, Value value) {
  Op op;
  op.at = at;
  op.value = std::move(value);
  return op;
}

// The holder that `row` names: the record itself, or one of its rows.
absl::StatusOr<const Holder*> FindHolder(const Record& record,
                                         const std::vector<Row>& rows,
                                         const RowId& row) {
  if (row.empty()) return &record;
  for (const Row& candidate : rows) {
    if (candidate.id == row) return &candidate;
  }
  return absl::NotFoundError(StrCat("the record has no row ", ToText(row)));
}

// The field at `path` that `holder` has: a path may have had several types.
absl::StatusOr<const FieldSchema*> FindField(const Schema& schema,
                                             const Holder& holder,
                                             const std::string& path) {
  const FieldSchema* named = nullptr;
  for (const FieldSchema& field : schema.fields()) {
    if (field.path != path) continue;
    named = &field;
    const bool has = std::any_of(
        holder.fields.begin(), holder.fields.end(),
        [&field](const FieldState& s) { return s.field == field.number; });
    if (has) return named;
  }
  if (named == nullptr) {
    return absl::InvalidArgumentError(
        StrCat("the survey has no field \"", path, "\""));
  }
  return absl::NotFoundError(
      StrCat("nobody has answered \"", path, "\": there is nothing to decide"));
}

absl::StatusOr<Value> EmptyValue(v1::AnswerState state) {
  switch (state) {
    case v1::ANSWER_STATE_CLEARED:
      return Value::Cleared();
    case v1::ANSWER_STATE_NOT_RELEVANT:
      return Value::NotRelevant();
    default:
      return absl::InvalidArgumentError("state is unknown");
  }
}

// One choice of a select-multiple, or all of them.
absl::StatusOr<std::vector<Op>> ChoiceOps(
    const FieldSchema& field, const RowId& row, ChoiceNumbers numbers,
    const v1::ResolveConflictRequest& request) {
  std::vector<Op> ops;
  if (!request.choice().empty()) {
    const std::optional<std::uint32_t> choice = numbers(request.choice());
    if (!choice.has_value()) {
      return absl::InvalidArgumentError(StrCat(
          "\"", field.path, "\" has no choice \"", request.choice(), "\""));
    }
    if (request.text() != "0" && request.text() != "1") {
      return absl::InvalidArgumentError("a choice is \"1\" or \"0\"");
    }
    ops.push_back(Set({row, field.number, *choice},
                      Value::Ticked(request.text() == "1")));
    return ops;
  }
  ASSIGN_OR_RETURN(const auto ticked, ParseChoices(request.text(), numbers));
  ops.push_back(Set({row, field.number, 0}, Value::Answered()));
  for (const std::uint32_t choice : field.choices) {
    const bool is_ticked =
        std::binary_search(ticked.begin(), ticked.end(), choice);
    ops.push_back(Set({row, field.number, choice}, Value::Ticked(is_ticked)));
  }
  return ops;
}

}  // namespace

absl::StatusOr<RecordId> RecordIdFromWire(std::string_view bytes) {
  return IdFromWire<RecordId>(bytes, "record");
}

absl::StatusOr<RowId> RowIdFromWire(std::string_view bytes) {
  if (bytes.empty()) return RowId();
  return IdFromWire<RowId>(bytes, "row");
}

absl::StatusOr<Record> FindRecord(const Reader& reader,
                                  const access::Grant& grant,
                                  const RecordId& id) {
  ASSIGN_OR_RETURN(std::optional<Record> record, reader.FindRecord(id));
  if (!record.has_value()) {
    return absl::NotFoundError(StrCat("the survey has no record ", ToText(id)));
  }
  RETURN_IF_ERROR(grant.Check(*record));
  return *std::move(record);
}

absl::StatusOr<ChangeReceived> MakeAct(const Reader& reader, const Actor& actor,
                                       std::vector<Op> ops,
                                       std::int64_t now_ms) {
  const Survey& survey = reader.survey();
  if (actor.seen.seq == 0) {
    return absl::InvalidArgumentError(
        "seen is missing: up to where the log was seen");
  }
  if (actor.seen.log == PresentName(survey.lineage) &&
      actor.seen.seq > survey.head) {
    return absl::InvalidArgumentError(
        StrCat("seen is ", actor.seen.seq, "; the log ends at ", survey.head));
  }
  Change change;
  change.record = actor.record;
  change.form = static_cast<std::uint32_t>(survey.forms.size());
  change.person = actor.person;
  change.positions = {actor.seen};
  change.clock.wall_ms = now_ms;
  change.ops = std::move(ops);

  ChangeReceived received;
  received.bytes = EncodeChange(change);
  received.counts = {
      CountsAs(actor.seen, survey.lineage, survey.head, /*told=*/{})};
  received.exchange.wall_ms = now_ms;
  return received;
}

absl::StatusOr<std::vector<Op>> ResolvingOps(
    const Reader& reader, const Record& record,
    const v1::ResolveConflictRequest& request) {
  const Survey& survey = reader.survey();
  ASSIGN_OR_RETURN(const RowId row, RowIdFromWire(request.row()));
  ASSIGN_OR_RETURN(const std::vector<Row> rows, reader.RowsOf(record.id));
  ASSIGN_OR_RETURN(const Holder* const holder, FindHolder(record, rows, row));
  ASSIGN_OR_RETURN(const FieldSchema* const field,
                   FindField(survey.schema, *holder, request.path()));
  const auto numbers = [&survey, field](std::string_view code) {
    return survey.numbering.ChoiceNumber(field->number, code);
  };
  if (field->number == kStatusField) {
    return absl::InvalidArgumentError(
        "a status is decided by reviewing the record");
  }
  const bool answered = request.state() == v1::ANSWER_STATE_UNSPECIFIED ||
                        request.state() == v1::ANSWER_STATE_ANSWERED;
  if (answered && field->type == FieldType::kChoices) {
    return ChoiceOps(*field, row, numbers, request);
  }
  absl::StatusOr<Value> value =
      answered ? ParseValue(field->type, request.text(), numbers)
               : EmptyValue(request.state());
  if (!value.ok()) {
    return absl::InvalidArgumentError(
        StrCat("\"", field->path, "\": ", StdView(value.status().message())));
  }
  return std::vector<Op>{Set({row, field->number, 0}, *std::move(value))};
}

absl::StatusOr<std::size_t> AppendAll(SurveyStore& store,
                                      std::vector<ServerEntry>& entries) {
  if (entries.empty()) return 0;
  ASSIGN_OR_RETURN(const DeliveryAnswer answer,
                   SubmitAndWait(store, std::exchange(entries, {})));
  return static_cast<std::size_t>(
      std::count_if(answer.entries.begin(), answer.entries.end(),
                    [](const ChangeAnswer& change) {
                      return change.outcome.kind == OutcomeKind::kQuarantined;
                    }));
}

absl::StatusOr<v1::ActResult> Do(SurveyStore& store, ServerEntry entry) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  ASSIGN_OR_RETURN(const DeliveryAnswer answer,
                   SubmitAndWait(store, std::move(entries)));
  v1::ActResult result;
  if (answer.entries.empty()) {
    return absl::InternalError("an entry was appended without an answer");
  }
  result.set_seq(answer.entries.front().seq);
  *result.mutable_outcome() = OutcomeToWire(answer.entries.front().outcome);
  return result;
}

}  // namespace chasqui::server
