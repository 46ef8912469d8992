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
  change.released = false;
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
    change.released = false;
    change.told = taken.time;
    change.outcome = taken.outcome;
    edited_.insert(taken.number);
  }
  if (!answer.changes.empty()) state_.orphan = false;
  return absl::OkStatus();
}

// What was sent began at `first`, and the server does not know what comes
// before that. What is still here of it, in one run, is sent again from the end
// that both share, or all. If there is none, nor anything lower that is due, it
// is no longer here: the next batch says so. Either way it begins lower or is
// taken, so that this comes to an end.
void Intaking::TakeGap(const BatchAnswer& answer) {
  if (!sent_.batch.has_value()) return;
  const std::uint64_t first = sent_.batch->first;
  for (std::uint64_t number = first - 1; changes_.contains(number); --number) {
    const ChainEnd end{number, changes_.at(number).h};
    if (std::find(answer.ends.begin(), answer.ends.end(), end) !=
        answer.ends.end()) {
      break;
    }
    SendFrom(number);
  }
  const auto next =
      std::find_if(changes_.begin(), changes_.end(),
                   [](const auto& c) { return !c.second.is_held(); });
  if (next == changes_.end()) return;
  if (next->first >= first) state_.orphan = true;
  resend_ = true;
}

}  // namespace chasqui::client
