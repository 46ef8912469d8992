#include "sync/register.h"

#include <algorithm>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid.hpp>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/change.h"

namespace chasqui {
namespace {

// "Cleared" of a part of a select-multiple is its being unticked.
Value Emptied(const FieldAddress& at) {
  return at.choice != 0 ? Value::Ticked(false) : Value::Cleared();
}

bool SaysNothing(const Value& value) {
  return !value.IsAnswer() || value.kind == ValueKind::kUnticked;
}

void Collect(const Change& change, RegisterValues& values) {
  for (const Op& op : change.ops) {
    if (op.kind == OpKind::kSet) values[op.at] = op.value;
  }
}

}  // namespace

RecordId RecordIdOf(std::string_view survey, std::string_view key) {
  RecordId id;
  if (const auto uuid = ParseUuid(key)) {
    id.bytes = *uuid;
    return id;
  }
  const boost::uuids::name_generator_sha1 in_oids(boost::uuids::ns::oid());
  const boost::uuids::name_generator_sha1 in_survey(
      in_oids(survey.data(), survey.size()));
  const boost::uuids::uuid named = in_survey(key.data(), key.size());
  std::copy(named.begin(), named.end(), id.bytes.begin());
  return id;
}

absl::StatusOr<RegisterWrites> WrittenByRegister(const RecordId& id,
                                                 const Reader& reader) {
  RegisterWrites writes;
  ASSIGN_OR_RETURN(const std::optional<Record> record, reader.FindRecord(id));
  if (!record.has_value()) return writes;
  writes.exists = true;
  std::vector<Seq> seqs;  // latest first
  for (Seq seq = record->last_change; seq != 0;) {
    ASSIGN_OR_RETURN(const std::optional<EntryInfo> info,
                     reader.FindEntry(seq));
    if (!info.has_value()) break;
    if (info->kind == EntryKind::kChangeReceived &&
        info->role == Role::kRegister) {
      seqs.push_back(seq);
    }
    seq = info->previous;
  }
  for (auto seq = seqs.rbegin(); seq != seqs.rend(); ++seq) {
    const absl::StatusOr<LogEntry> entry = reader.ReadLog(*seq);
    RETURN_IF_ERROR(entry.status());
    const auto* const received = std::get_if<ChangeReceived>(&entry->body);
    if (received == nullptr) continue;
    ASSIGN_OR_RETURN(const Change change, DecodeReceived(*received));
    Collect(change, writes.values);
    writes.last = *seq;
  }
  return writes;
}

std::optional<ChangeReceived> ChangeOf(const RegisterRecord& wanted,
                                       const RegisterWrites& before,
                                       const Survey& survey,
                                       std::int64_t now_ms) {
  Change change;
  change.record = wanted.id;
  change.creates = !before.exists;
  change.form = static_cast<std::uint32_t>(survey.forms.size());
  change.clock.wall_ms = now_ms;
  if (before.last != 0) {
    change.positions = {{PresentName(survey.lineage), before.last}};
  }
  if (change.creates) {
    Op assigned;
    assigned.kind = OpKind::kSetStatus;
    assigned.to = RecordStatus::kAssigned;
    change.ops.push_back(assigned);
  }
  const auto set = [&change](const FieldAddress& at, Value value) {
    Op op;
    op.at = at;
    op.value = std::move(value);
    change.ops.push_back(std::move(op));
  };
  for (const auto& [at, value] : wanted.values) {
    const auto had = before.values.find(at);
    if (had == before.values.end() || had->second != value) set(at, value);
  }
  for (const auto& [at, value] : before.values) {
    if (!wanted.values.contains(at) && !SaysNothing(value)) {
      set(at, Emptied(at));
    }
  }
  if (change.ops.empty()) return std::nullopt;

  ChangeReceived received;
  received.by_register = true;
  received.bytes = EncodeChange(change);
  received.counts = {before.last};
  received.exchange.wall_ms = now_ms;
  return received;
}

}  // namespace chasqui
