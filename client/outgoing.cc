// What a device says of a survey in its next request.

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <utility>

#include "client/local_survey.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {
namespace {

// At most this much of a lineage is told: enough for every restart that a
// device is likely to have missed, at some ten bytes each. Where the names
// shared lie further back, positions count as none, which is safe.
constexpr std::size_t kNamesTold = 32;
constexpr std::size_t kLineagesTold = 16;
// What the server takes at once. Of others it begins anew.
constexpr std::size_t kStartedTold = 64;

ToldLineage Newest(Lineage lineage) {
  if (lineage.size() > kNamesTold) {
    lineage.erase(lineage.begin(),
                  lineage.end() - static_cast<std::ptrdiff_t>(kNamesTold));
  }
  return {std::move(lineage)};
}

}  // namespace

absl::StatusOr<std::vector<ToldLineage>> LocalSurvey::Lineages() const {
  std::vector<ToldLineage> told;
  absl::Status status;
  RETURN_IF_ERROR(
      store_.Scan(Table::kLineage, SurveyPrefix(name_), "",
                  [&](std::string_view, std::string_view value) {
                    absl::StatusOr<Lineage> lineage = DecodeLineage(value);
                    status = lineage.status();
                    if (lineage.ok())
                      told.push_back(Newest(*std::move(lineage)));
                    return status.ok() && told.size() < kLineagesTold;
                  }));
  RETURN_IF_ERROR(status);
  return told;
}

// The changes from the first that is due, as many as fit. What is due is in the
// outbox and above `under_way`.
absl::StatusOr<Batch> LocalSurvey::NextBatch(std::size_t bytes_max,
                                             std::uint64_t under_way) const {
  Batch batch;
  batch.device = device_;
  batch.first = state_.number + 1;
  batch.before = state_.h;
  const auto due = outbox_.upper_bound(under_way);
  if (due == outbox_.end()) return batch;
  batch.first = *due;
  batch.orphan = state_.orphan && due == outbox_.begin();
  std::size_t bytes = 0;
  for (std::uint64_t number = batch.first; number <= state_.number; ++number) {
    ASSIGN_OR_RETURN(const auto found,
                     store_.Get(Table::kChange, NumberKey(name_, number)));
    if (!found.has_value()) break;
    ASSIGN_OR_RETURN(StoredChange stored, DecodeStoredChange(*found));
    bytes += stored.bytes.size() + 16;
    const bool full =
        bytes > bytes_max || batch.changes.size() == kBatchChangesMax;
    if (full && !batch.changes.empty()) break;
    if (number == batch.first) batch.before = stored.before;
    ReceivedChange change;
    change.bytes = std::move(stored.bytes);
    change.h = stored.h;
    change.told = stored.told;
    batch.changes.push_back(std::move(change));
  }
  return batch;
}

absl::StatusOr<Unsent> LocalSurvey::UnsentAfter(std::uint64_t number) const {
  Unsent unsent;
  const auto first = outbox_.upper_bound(number);
  if (first == outbox_.end()) return unsent;
  unsent.changes =
      static_cast<std::uint64_t>(std::distance(first, outbox_.end()));
  ASSIGN_OR_RETURN(const auto found,
                   store_.Get(Table::kChange, NumberKey(name_, *first)));
  if (!found.has_value()) return unsent;
  ASSIGN_OR_RETURN(const StoredChange stored, DecodeStoredChange(*found));
  const auto change = DecodeChange(stored.bytes);
  if (!change.ok()) return unsent;
  unsent.oldest_ms = std::max<std::int64_t>(
      ClocksNow(clock_).wall_ms - change->clock.wall_ms, 0);
  return unsent;
}

// In the log that the device knows as the present one, an entry about `id`:
// that of the copy, or of a change of it.
absl::StatusOr<std::optional<Seq>> LocalSurvey::EntryAbout(
    const RecordId& id) const {
  ASSIGN_OR_RETURN(const auto copy, Copy(id));
  if (copy.has_value() && copy->at.log == state_.log) return copy->at.seq;
  ASSIGN_OR_RETURN(const std::vector<StoredChange> changes, ChangesOf(id));
  for (const StoredChange& change : changes) {
    if (change.is_held() && !change.released &&
        change.accepted.log == state_.log) {
      return change.accepted.seq;
    }
  }
  return std::nullopt;
}

absl::StatusOr<ColumnMeans> LocalSurvey::Means(
    const SurveyRequest& request) const {
  ColumnMeans means;
  means.news_as_rows = news_as_rows_;
  ASSIGN_OR_RETURN(const auto form,
                   store_.Get(Table::kForm, NumberKey(name_, state_.forms)));
  if (form.has_value()) means.form = *form;
  ASSIGN_OR_RETURN(const auto held, store_.Get(Table::kStatistics, name_));
  if (held.has_value()) {
    ASSIGN_OR_RETURN(means.statistics, DecodeStatistics(*held));
  }
  if (!request.batch.has_value()) return means;
  means.rows_only = request.batch->first < rows_through_;
  std::set<RecordId> asked;
  for (const ReceivedChange& received : request.batch->changes) {
    const auto change = DecodeChange(received.bytes);
    if (!change.ok() || !asked.insert(change->record).second) continue;
    ASSIGN_OR_RETURN(const auto entry, EntryAbout(change->record));
    if (entry.has_value()) means.records.emplace_back(change->record, *entry);
  }
  return means;
}

absl::StatusOr<SurveyRequest> LocalSurvey::NextRequest(
    std::size_t bytes_max, std::uint64_t under_way) const {
  SurveyRequest request;
  request.survey = name_;
  request.person = state_.person;
  request.cursor = state_.cursor;
  request.log = state_.log;
  request.forms = state_.forms;
  for (const StartedBucket& started : state_.started) {
    if (started.cursor.empty() || request.started.size() == kStartedTold) {
      continue;
    }
    request.started.push_back(started.cursor);
  }
  request.compares = !state_.buckets.empty();
  if (comparing_ != nullptr) request.questions = comparing_->Questions();
  ASSIGN_OR_RETURN(request.lineages, Lineages());
  if (state_.number > 0) {
    ASSIGN_OR_RETURN(request.batch, NextBatch(bytes_max, under_way));
    request.rest = outbox_.upper_bound(std::max(under_way, request.last())) !=
                   outbox_.end();
  }
  ASSIGN_OR_RETURN(request.columns, Means(request));
  return request;
}

}  // namespace chasqui::client
