// What a receipt says of changes that were sealed: it may come late, out of
// order, or to a clone, and an exchange may have said the same before.

#include <cstdint>
#include <limits>
#include <set>
#include <utility>

#include "client/intaking.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {

//   the receipt's log is     then it counts
//   the one known            as an answer under the same name does
//   a later one              as an exchange that tells the new name
//   an earlier one           as far as the one known has what it had then, and
//                            under the name it has now
//   neither                  not: what it speaks of was cut off. The next
//                            exchange tells what became of the changes
absl::StatusOr<bool> LocalSurvey::Recount(SurveyNews& news) const {
  ASSIGN_OR_RETURN(const Lineage known, PresentLineage());
  const bool told = news.lineage.has_value();
  if (news.log == state_.log) {
    news.lineage.reset();
    if (LiesBefore(news.durable, state_.durable, known)) {
      news.durable = state_.durable;
    }
    return true;
  }
  if (told &&
      (state_.log == LogName::kNone || HasName(*news.lineage, state_.log))) {
    return true;
  }
  if (!HasName(known, news.log)) return false;
  std::erase_if(news.answer->changes, [&](const ChangeAnswer& change) {
    return CountsAs({news.log, change.seq}, known,
                    std::numeric_limits<Seq>::max(), {}) < change.seq;
  });
  news.log = state_.log;
  news.lineage.reset();
  news.durable = state_.durable;
  return true;
}

absl::StatusOr<std::size_t> LocalSurvey::TakeReceipt(std::uint64_t first,
                                                     const ChainEnd& last,
                                                     SurveyNews news) {
  if (!news.answer.has_value() || last.number > state_.number) {
    return absl::FailedPreconditionError(
        StrCat("survey ", name_, ": it is of change ", last.number,
               "; this device has made ", state_.number));
  }
  ASSIGN_OR_RETURN(const std::vector<StoredChange> kept, Changes());
  std::set<std::uint64_t> waiting;
  bool found = false;
  for (const StoredChange& change : kept) {
    found |= change.number == last.number;
    if (change.number == last.number && change.h != last.h) {
      return absl::FailedPreconditionError(
          StrCat("survey ", name_, ": it is of another change ", last.number,
                 " than this device has made: is there a copy of it?"));
    }
    if (!change.is_held()) waiting.insert(change.number);
  }
  // An exchange has told of them meanwhile; of those that are forgotten, too.
  const auto next = waiting.lower_bound(first);
  if (!found || next == waiting.end() || *next > last.number) return 0;
  std::erase_if(news.answer->changes, [&](const ChangeAnswer& change) {
    return change.number < first || change.number > last.number ||
           !waiting.contains(change.number);
  });
  // Past a gap they wait at the server. What came before is in this outbox, or
  // comes back to it with the next exchange, if it was lost there.
  news.answer->gap = false;
  ASSIGN_OR_RETURN(const bool counts, Recount(news));
  if (!counts || news.answer->changes.empty()) return 0;
  SurveyRequest sent;
  sent.survey = name_;
  sent.pull = false;
  const std::size_t taken = news.answer->changes.size();
  Intaking intaking(*this, sent, news);
  RETURN_IF_ERROR(intaking.Run());
  return taken;
}

}  // namespace chasqui::client
