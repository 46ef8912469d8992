#include "client/held.h"

#include <algorithm>

#include "client/base.h"

namespace chasqui::client {

bool IsCovered(const StoredChange& change,
               const std::optional<StoredRecord>& copy,
               const SurveyState& state, const Lineage& lineage) {
  if (!change.is_held()) return false;
  if (copy.has_value()) {
    return !LiesBefore(BaseOfCopy(*copy, state, lineage), change.accepted,
                       lineage);
  }
  return std::none_of(state.buckets.begin(), state.buckets.end(),
                      [&](const FollowedBucket& followed) {
                        return LiesBefore(followed.agreed, change.accepted,
                                          lineage);
                      });
}

bool IsSettled(const StoredChange& change, const SurveyState& state,
               const Lineage& lineage) {
  if (!change.is_held()) return false;
  if (change.is_quarantined() && !change.is_refused()) return false;
  return !LiesBefore(state.durable, change.accepted, lineage);
}

}  // namespace chasqui::client
