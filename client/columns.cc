#include "client/columns.h"

#include <algorithm>
#include <utility>

#include "sync/wire/batch.h"

namespace chasqui::client {

wire::Layout LayoutOf(const v1::FormVersion& form) {
  std::vector<wire::Column> columns;
  for (const v1::FormField& field : form.fields()) {
    wire::Column column;
    column.field = field.number();
    column.type = static_cast<FieldType>(field.type());
    for (const std::uint32_t number : field.choice_numbers()) {
      column.choices = std::max(column.choices, number);
    }
    columns.push_back(column);
  }
  return wire::Layout(columns);
}

Columns::Columns(const SurveyRequest& request, const Exchange& exchange)
    : request_(request),
      records_(request.columns.records.begin(), request.columns.records.end()) {
  v1::FormVersion form;
  if (form.ParseFromString(request.columns.form) &&
      form.number() == request.forms) {
    layouts_.emplace(request.forms, LayoutOf(form));
  }
  const HeldStatistics& held = request.columns.statistics;
  if (held.form == request.forms && held.form != 0) {
    auto read = wire::Statistics::Decode(held.spelled);
    if (read.ok()) {
      statistics_.emplace(*std::move(read));
      version_ = held.trained;
    }
  }
  conversation_.person = request.person;
  conversation_.log = request.log;
  conversation_.clock = {exchange.boot, exchange.mono_ms, exchange.wall_ms};
  conversation_.form = request.forms;
  conversation_.layouts = &layouts_;
  conversation_.statistics = statistics_.has_value() ? &*statistics_ : nullptr;
}

std::optional<Seq> Columns::SeqOf(const RecordId& id) const {
  const auto found = records_.find(id);
  if (found == records_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> Columns::Batch() const {
  if (!request_.batch.has_value() || request_.batch->changes.empty() ||
      request_.columns.rows_only) {
    return std::nullopt;
  }
  std::vector<std::string> rows;
  std::size_t bytes = 0;
  for (const ReceivedChange& change : request_.batch->changes) {
    rows.push_back(change.bytes);
    bytes += change.bytes.size();
  }
  std::optional<std::string> columns =
      wire::EncodeBatch(rows, conversation_, *this);
  if (columns.has_value() && columns->size() >= bytes) return std::nullopt;
  return columns;
}

absl::StatusOr<std::vector<PageItem>> Columns::Items(
    const std::string& columns, LogName log, bool with_statistics) const {
  if (with_statistics && !version_.has_value()) {
    return absl::InvalidArgumentError(
        "its columns are spelled with statistics that are not held here");
  }
  wire::Conversation conversation = conversation_;
  conversation.log = log;
  if (!with_statistics) conversation.statistics = nullptr;
  return wire::DecodeItems(columns, conversation);
}

}  // namespace chasqui::client
