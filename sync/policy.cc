#include "sync/policy.h"

#include <functional>

#include "sync/base/check.h"
#include "sync/time_interval.h"

namespace chasqui {
namespace {

// Whether a policy likes `a` less than `b`. A strict total order for writes
// with different seqs.
using Likes = std::function<bool(const Candidate& a, const Candidate& b)>;

bool LowerRank(const Candidate& a, const Candidate& b) {
  const int rank_a = Rank(a.role);
  const int rank_b = Rank(b.role);
  return rank_a != rank_b ? rank_a < rank_b : IsEarlier(a, b);
}

bool LowerValue(const Candidate& a, const Candidate& b) {
  const auto order = CompareValues(*a.value, *b.value);
  return order != 0 ? order < 0 : IsEarlier(a, b);
}

// What is no answer loses under `min` too.
bool HigherValue(const Candidate& a, const Candidate& b) {
  if (a.value->IsAnswer() != b.value->IsAnswer()) return b.value->IsAnswer();
  const auto order = CompareValues(*a.value, *b.value);
  return order != 0 ? order > 0 : IsEarlier(a, b);
}

bool (*LessLiked(Policy policy))(const Candidate&, const Candidate&) {
  switch (policy) {
    case Policy::kRole:
      return LowerRank;
    case Policy::kMax:
      return LowerValue;
    case Policy::kMin:
      return HigherValue;
    default:
      return IsEarlier;
  }
}

// Whether time decided between the two: nothing else the policy looks at did.
bool DecidedByTime(Policy policy, const Candidate& a, const Candidate& b) {
  switch (policy) {
    case Policy::kRole:
      return Rank(a.role) == Rank(b.role);
    case Policy::kMax:
    case Policy::kMin:
    case Policy::kFirst:
    case Policy::kAppend:
      return false;
    default:
      return true;
  }
}

}  // namespace

bool IsEarlier(const Candidate& a, const Candidate& b) {
  if (a.time.at != b.time.at) return a.time.at < b.time.at;
  if (a.device != b.device) return a.device < b.device;
  if (a.number != b.number) return a.number < b.number;
  if (a.h != b.h) return a.h < b.h;
  return a.seq < b.seq;
}

Verdict Decide(Policy policy, absl::Span<const Candidate> writes) {
  CHECK(!writes.empty());
  CHECK(policy != Policy::kDefault);
  Verdict verdict;
  if (policy == Policy::kFirst) {
    verdict.least = writes.size() - 1;
    return verdict;
  }
  const auto less = LessLiked(policy);
  for (std::size_t i = 1; i < writes.size(); ++i) {
    if (less(writes[verdict.shown], writes[i])) verdict.shown = i;
    if (less(writes[i], writes[verdict.least])) verdict.least = i;
  }
  const Candidate& winner = writes[verdict.shown];
  for (std::size_t i = 0; i < writes.size(); ++i) {
    verdict.uncertain |= i != verdict.shown &&
                         *writes[i].value != *winner.value &&
                         DecidedByTime(policy, winner, writes[i]) &&
                         Overlap(winner.time, writes[i].time);
  }
  return verdict;
}

}  // namespace chasqui
