#include "server/record_lists.h"

#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/numbers.h"
#include "export/conflicts.h"
#include "server/acts.h"
#include "server/limits.h"
#include "server/record_filter.h"
#include "server/record_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

absl::StatusOr<std::size_t> PageSize(std::uint32_t asked) {
  if (asked == 0) return kPageSizeDefault;
  if (asked > kPageSizeMax) {
    return absl::InvalidArgumentError(
        StrCat("page_size is ", asked, "; it may be ", kPageSizeMax));
  }
  return asked;
}

// Pages of records go on after an id, pages of the log after a seq.
absl::StatusOr<RecordId> RecordToken(const std::string& token) {
  if (token.empty()) return RecordId();
  const std::optional<RecordId> id = RecordId::FromBytes(token);
  if (!id.has_value())
    return absl::InvalidArgumentError("page_token is broken");
  return *id;
}

absl::StatusOr<Seq> SeqToken(const std::string& token, Seq first) {
  if (token.empty()) return first;
  Seq seq = 0;
  if (!absl::SimpleAtoi(token, &seq)) {
    return absl::InvalidArgumentError("page_token is broken");
  }
  return seq;
}

// What the log did at `seq`, as far as it is about a record.
absl::StatusOr<v1::HistoryEntry> EntryToWire(const Reader& reader, Seq seq,
                                             const EntryInfo& info) {
  v1::HistoryEntry wire;
  *wire.mutable_by() = AuthorshipToWire(seq, info);
  wire.set_decides(info.change);
  wire.set_outcome(static_cast<v1::OutcomeKind>(info.outcome.kind));
  wire.set_reason(static_cast<v1::QuarantineReason>(info.outcome.reason));
  wire.set_rejected(info.outcome.rejected);
  ASSIGN_OR_RETURN(const LogEntry entry, reader.ReadLog(seq));
  if (const auto* released = std::get_if<QuarantineReleased>(&entry.body)) {
    wire.mutable_by()->set_person(released->person);
  }
  if (const auto* rejected = std::get_if<QuarantineRejected>(&entry.body)) {
    wire.mutable_by()->set_person(rejected->person);
    wire.set_rejected(true);
  }
  wire.set_erases(std::holds_alternative<RecordErased>(entry.body));
  const auto* const received = std::get_if<ChangeReceived>(&entry.body);
  if (received == nullptr) return wire;
  const absl::StatusOr<Change> change = DecodeReceived(*received);
  if (!change.ok()) return wire;
  wire.set_creates(change->creates);
  wire.set_form(change->form);
  WritesToWire(reader.survey(), *change, info.outcome, *wire.mutable_writes());
  return wire;
}

absl::StatusOr<v1::QuarantinedChange> QuarantinedToWire(const Reader& reader,
                                                        Seq seq,
                                                        const Held& why) {
  v1::QuarantinedChange out;
  ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
  if (info.has_value()) *out.mutable_by() = AuthorshipToWire(seq, *info);
  out.set_reason(static_cast<v1::QuarantineReason>(why.reason));
  ASSIGN_OR_RETURN(const LogEntry entry, reader.ReadLog(seq));
  const auto* const received = std::get_if<ChangeReceived>(&entry.body);
  if (received == nullptr) return out;
  out.set_bytes(received->bytes.size());
  const absl::StatusOr<Change> change = DecodeReceived(*received);
  if (!change.ok()) return out;
  out.set_record(std::string(change->record.view()));
  Outcome outcome;
  outcome.kind = OutcomeKind::kQuarantined;
  WritesToWire(reader.survey(), *change, outcome, *out.mutable_writes());
  return out;
}

}  // namespace

absl::StatusOr<bool> HasHeld(const Reader& reader, const access::Grant& grant,
                             Seq seq) {
  if (grant.has_all()) return true;
  ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
  if (!info.has_value() || info->record.empty()) return true;
  ASSIGN_OR_RETURN(const auto record, reader.FindRecord(info->record));
  return !record.has_value() || grant.Has(*record);
}

absl::Status GetRecord(const Reader& reader, const access::Grant& grant,
                       const v1::GetRecordRequest& request,
                       v1::GetRecordResponse& response) {
  ASSIGN_OR_RETURN(const RecordId id, RecordIdFromWire(request.record()));
  ASSIGN_OR_RETURN(const Record record, FindRecord(reader, grant, id));
  return RecordToWire(reader, record, response);
}

absl::Status ListRecords(const Reader& reader, const access::Grant& grant,
                         const v1::ListRecordsRequest& request,
                         v1::ListRecordsResponse& response) {
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const RecordId after, RecordToken(request.page_token()));
  ASSIGN_OR_RETURN(const AreaFilter areas,
                   AreaFilter::Of(reader.survey(), request.area()));
  ASSIGN_OR_RETURN(const std::vector<Record> records,
                   reader.Records(after, size));
  for (const Record& record : records) {
    if (record.gone && !request.include_gone()) continue;
    if (!IsWanted(record, request) || !areas.Has(record)) continue;
    if (!grant.Has(record)) continue;
    ASSIGN_OR_RETURN(*response.add_records(), SummaryToWire(reader, record));
  }
  if (records.size() == size) {
    response.set_next_page_token(std::string(records.back().id.view()));
  }
  return absl::OkStatus();
}

absl::Status GetHistory(const Reader& reader, const access::Grant& grant,
                        const v1::GetHistoryRequest& request,
                        v1::GetHistoryResponse& response) {
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const RecordId id, RecordIdFromWire(request.record()));
  ASSIGN_OR_RETURN(const Record record, FindRecord(reader, grant, id));
  ASSIGN_OR_RETURN(Seq seq, SeqToken(request.page_token(), record.last_change));
  for (std::size_t i = 0; i < size && seq != 0; ++i) {
    ASSIGN_OR_RETURN(const auto info, reader.FindEntry(seq));
    // A token may name any entry: only this record's belong here.
    if (!info.has_value() || info->record != id) {
      return absl::InvalidArgumentError("page_token is of another record");
    }
    ASSIGN_OR_RETURN(*response.add_entries(), EntryToWire(reader, seq, *info));
    seq = info->previous;
  }
  if (seq != 0) response.set_next_page_token(StrCat(seq));
  return absl::OkStatus();
}

absl::Status ListConflicts(const Reader& reader, const access::Grant& grant,
                           const v1::ListConflictsRequest& request,
                           v1::ListConflictsResponse& response) {
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const RecordId after, RecordToken(request.page_token()));
  ASSIGN_OR_RETURN(const AreaFilter areas,
                   AreaFilter::Of(reader.survey(), request.area()));
  ASSIGN_OR_RETURN(const std::vector<RecordId> ids,
                   reader.Conflicted(after, size));
  for (const RecordId& id : ids) {
    ASSIGN_OR_RETURN(const auto record, reader.FindRecord(id));
    if (!record.has_value() || !areas.Has(*record) || !grant.Has(*record)) {
      continue;
    }
    ASSIGN_OR_RETURN(const std::vector<Row> rows, reader.RowsOf(id));
    ASSIGN_OR_RETURN(const auto conflicts,
                     exporting::ConflictsOf(reader, *record, rows));
    for (const exporting::Conflict& conflict : conflicts) {
      if (request.open_only() && !conflict.open) continue;
      *response.add_conflicts() = ConflictToWire(reader.survey(), id, conflict);
    }
  }
  if (ids.size() == size) {
    response.set_next_page_token(std::string(ids.back().view()));
  }
  return absl::OkStatus();
}

absl::Status GetQuarantined(const Reader& reader, const access::Grant& grant,
                            const v1::GetQuarantinedRequest& request,
                            v1::GetQuarantinedResponse& response) {
  ASSIGN_OR_RETURN(const auto held, reader.FindHeld(request.seq()));
  ASSIGN_OR_RETURN(const bool has, HasHeld(reader, grant, request.seq()));
  if (!held.has_value() || !has) {
    return absl::NotFoundError(
        StrCat("no change with seq ", request.seq(), " is in quarantine"));
  }
  ASSIGN_OR_RETURN(*response.mutable_change(),
                   QuarantinedToWire(reader, request.seq(), *held));
  ASSIGN_OR_RETURN(const Outcome outcome,
                   reader.IfReleased(request.seq(), grant.person()));
  *response.mutable_if_released() = OutcomeToWire(outcome);
  return absl::OkStatus();
}

absl::Status ListQuarantine(const Reader& reader, const access::Grant& grant,
                            const v1::ListQuarantineRequest& request,
                            v1::ListQuarantineResponse& response) {
  ASSIGN_OR_RETURN(const std::size_t size, PageSize(request.page_size()));
  ASSIGN_OR_RETURN(const Seq after, SeqToken(request.page_token(), 0));
  ASSIGN_OR_RETURN(const auto held, reader.HeldAfter(after, size));
  for (const auto& [seq, why] : held) {
    ASSIGN_OR_RETURN(const bool has, HasHeld(reader, grant, seq));
    if (!has) continue;
    ASSIGN_OR_RETURN(*response.add_changes(),
                     QuarantinedToWire(reader, seq, why));
  }
  if (held.size() == size) {
    response.set_next_page_token(StrCat(held.back().first));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::server
