// What the server says of the device's own changes: taken, void or missing.

#include <algorithm>
#include <utility>

#include "client/intaking.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {
namespace {

bool Contains(const Lineage& lineage, LogName name) {
  return std::any_of(lineage.begin(), lineage.end(),
                     [name](const LogEpoch& e) { return e.name == name; });
}

}  // namespace

absl::Status Intaking::TakeLineage() {
  if (!news_.lineage.has_value()) {
    return news_.log == state_.log
               ? absl::OkStatus()
               : absl::InvalidArgumentError(
                     "response: the log has a new name and no lineage");
  }
  ASSIGN_OR_RETURN(const std::vector<ToldLineage> told, survey_.Lineages());
  for (auto& [number, change] : changes_) {
    if (!change.is_held()) continue;
    const Seq counts =
        CountsAs(change.accepted, *news_.lineage, news_.head, told);
    if (counts < change.accepted.seq) SendFrom(number);
  }
  RETURN_IF_ERROR(survey_.store_.Scan(
      Table::kLineage, SurveyPrefix(survey_.name_), "",
      [this](std::string_view key, auto) {
        const auto name = static_cast<LogName>(NumberOf(key));
        if (Contains(*news_.lineage, name)) old_lineages_.emplace_back(key);
        return true;
      }));
  state_.log = news_.log;
  lineage_ = *news_.lineage;
  return absl::OkStatus();
}

// That change alone: outcomes of others may well lie within what is shared.
void Intaking::SendFrom(std::uint64_t number) {
  StoredChange& change = changes_[number];
  change.accepted = Position{};
  change.outcome = Outcome{};
  edited_.insert(number);
  resend_ = true;
}

absl::Status Intaking::TakeOutcomes(const BatchAnswer& answer) {
  if (answer.gap) {
    TakeGap(answer);
    return absl::OkStatus();
  }
  for (const ChangeAnswer& taken : answer.changes) {
    const auto found = changes_.find(taken.number);
    if (found == changes_.end()) continue;
    StoredChange& change = found->second;
    change.accepted = {news_.log, taken.seq};
    change.told = taken.time;
    change.outcome = taken.outcome;
    edited_.insert(taken.number);
  }
  if (!answer.changes.empty()) state_.orphan = false;
  return absl::OkStatus();
}

void Intaking::TakeGap(const BatchAnswer& answer) {
  if (changes_.empty()) return;
  std::optional<std::uint64_t> shared;
  for (const ChainEnd& end : answer.ends) {
    const auto at = changes_.find(end.number);
    const auto after = changes_.find(end.number + 1);
    const bool ours =
        (at != changes_.end() && at->second.h == end.h) ||
        (after != changes_.end() && after->second.before == end.h);
    if (ours) shared = std::max(shared.value_or(0), end.number);
  }
  const std::uint64_t lowest = changes_.begin()->first;
  const bool began_at_lowest =
      sent_.batch.has_value() && sent_.batch->first <= lowest;
  // Nothing shared that is still known here: send all there is, and if that was
  // tried already, without what came before it.
  if (!shared.has_value() && began_at_lowest) state_.orphan = true;
  for (auto& [number, change] : changes_) {
    if (number > shared.value_or(0)) SendFrom(number);
  }
  resend_ = true;
}

}  // namespace chasqui::client
