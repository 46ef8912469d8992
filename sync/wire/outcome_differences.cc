#include "sync/wire/outcome_differences.h"

#include <string>

#include "sync/wire/distances.h"

namespace chasqui::wire {
namespace {

const v1::Outcome& Applied() {
  static const v1::Outcome kApplied = [] {
    v1::Outcome outcome;
    outcome.set_kind(v1::OUTCOME_KIND_APPLIED);
    return outcome;
  }();
  return kApplied;
}

bool IsSame(const v1::ChainEnd& a, const v1::ChainEnd& b) {
  return a.number() == b.number() && a.h() == b.h();
}

// The incarnation that the batch is in has one change of that number.
bool EndsWithOutcomes(const v1::SurveyNews& news) {
  return !news.gap() && !news.outcomes().empty() &&
         news.outcomes().rbegin()->number() == news.end().number();
}

}  // namespace

bool ElideOutcomes(const v1::SurveyNews& before, std::int64_t received_ms,
                   v1::SurveyNews& news) {
  if (!news.has_end() && before.has_end()) return false;
  if (news.has_end() &&
      (news.outcomes().empty() ? IsSame(before.end(), news.end())
                               : EndsWithOutcomes(news))) {
    news.clear_end();
  }
  std::uint64_t expected = before.end().number() + 1;
  for (v1::ChangeOutcome& outcome : *news.mutable_outcomes()) {
    if (!outcome.has_outcome() || outcome.number() == 0) return false;
    if (outcome.outcome().SerializeAsString() ==
        Applied().SerializeAsString()) {
      outcome.clear_outcome();
    }
    const std::uint64_t number = outcome.number();
    if (number == expected) outcome.clear_number();
    expected = number + 1;
    outcome.set_at_ms(Less(outcome.hi_ms(), outcome.at_ms()));
    outcome.set_lo_ms(Less(outcome.hi_ms(), outcome.lo_ms()));
    outcome.set_hi_ms(Less(received_ms, outcome.hi_ms()));
    outcome.set_seq(news.head() - outcome.seq());
  }
  return true;
}

absl::Status FillOutcomes(const v1::SurveyNews& before,
                          std::int64_t received_ms, std::string_view last_h,
                          v1::SurveyNews& news) {
  std::uint64_t expected = before.end().number() + 1;
  for (v1::ChangeOutcome& outcome : *news.mutable_outcomes()) {
    if (outcome.number() == 0) outcome.set_number(expected);
    expected = outcome.number() + 1;
    if (!outcome.has_outcome()) *outcome.mutable_outcome() = Applied();
    outcome.set_hi_ms(Less(received_ms, outcome.hi_ms()));
    outcome.set_at_ms(Less(outcome.hi_ms(), outcome.at_ms()));
    outcome.set_lo_ms(Less(outcome.hi_ms(), outcome.lo_ms()));
    outcome.set_seq(news.head() - outcome.seq());
  }
  if (news.has_end()) return absl::OkStatus();
  if (news.outcomes().empty()) {
    if (before.has_end()) *news.mutable_end() = before.end();
    return absl::OkStatus();
  }
  if (last_h.empty()) {
    return absl::InvalidArgumentError("outcomes of a batch without changes");
  }
  news.mutable_end()->set_number(expected - 1);
  news.mutable_end()->set_h(std::string(last_h));
  return absl::OkStatus();
}

}  // namespace chasqui::wire
