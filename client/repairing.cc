// Comparing a survey's copy with what the server has, after each last page.

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "client/comparing.h"
#include "client/copies.h"
#include "client/local_survey.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {
namespace {

// Comparisons in a row that end without agreement. One is the rule; another is
// due where records changed while they were fetched, or a word stood for two of
// them. More than these mean that the server sends other than it says.
constexpr int kRoundsMax = 4;

}  // namespace

bool LocalSurvey::agrees() const {
  return std::all_of(state_.buckets.begin(), state_.buckets.end(),
                     [](const FollowedBucket& followed) {
                       return followed.agreed == followed.complete;
                     });
}

absl::Status LocalSurvey::Keep(SurveyState next) {
  if (next == state_) return absl::OkStatus();
  StoreBatch batch;
  batch.Put(Table::kSurvey, name_, EncodeState(next));
  batch.set_lasting(false);  // the next comparison says it again
  RETURN_IF_ERROR(store_.Commit(batch));
  state_ = std::move(next);
  return absl::OkStatus();
}

// What has arrived is a base now. A device without a chain, that has all it
// had, goes on with the chain it had.
absl::Status LocalSurvey::Agree(const SurveyNews& news) {
  comparing_.reset();
  rounds_ = 0;
  given_up_.reset();
  SurveyState next = state_;
  for (FollowedBucket& followed : next.buckets) {
    followed.agreed = followed.complete;
  }
  if (next.number == 0 && news.latest.has_value()) {
    next.number = news.latest->number;
    next.h = news.latest->h;
  }
  return Keep(std::move(next));
}

absl::Status LocalSurvey::DropSurplus(const std::vector<SurplusCopy>& surplus) {
  std::map<RecordId, std::optional<StoredRecord>> copies;
  for (const SurplusCopy& one : surplus) {
    if (!copies.contains(one.record)) {
      ASSIGN_OR_RETURN(copies[one.record], Copy(one.record));
    }
    std::optional<StoredRecord>& copy = copies[one.record];
    if (!copy.has_value()) continue;
    std::erase_if(copy->following, [&one](const Following& f) {
      return f.bucket == one.bucket;
    });
  }
  StoreBatch batch;
  batch.set_lasting(false);
  for (const auto& [id, copy] : copies) {
    ASSIGN_OR_RETURN(const std::vector<StoredChange> changes, ChangesOf(id));
    const bool waits = std::any_of(
        changes.begin(), changes.end(),
        [](const StoredChange& change) { return !change.is_held(); });
    if (copy.has_value() && (!copy->following.empty() || waits)) {
      batch.Put(Table::kRecord, RecordKey(name_, id), EncodeStored(*copy));
    } else {
      batch.Erase(Table::kRecord, RecordKey(name_, id));
    }
  }
  return batch.empty() ? absl::OkStatus() : store_.Commit(batch);
}

// All that the server has is here: what is no copy nobody will replace. It may
// hold the key of a record that was erased since.
absl::Status LocalSurvey::EraseUnsound(const std::vector<std::string>& keys) {
  if (keys.empty()) return absl::OkStatus();
  StoreBatch batch;
  batch.set_lasting(false);
  for (const std::string& key : keys) batch.Erase(Table::kRecord, key);
  return store_.Commit(batch);
}

absl::StatusOr<bool> LocalSurvey::Compare(const SurveyNews& news) {
  std::vector<std::string> unsound;
  ASSIGN_OR_RETURN(auto held, ReadCopies(name_, state_, store_, &unsound));
  if (comparing_ != nullptr) {
    RETURN_IF_ERROR(comparing_->Take(news, state_, held));
    if (const auto surplus = comparing_->TakeSurplus(); !surplus.empty()) {
      RETURN_IF_ERROR(DropSurplus(surplus));
      ASSIGN_OR_RETURN(held, ReadCopies(name_, state_, store_));
    }
  }
  absl::uint128 sum = 0;
  for (const auto& [id, bucket] : held) sum += bucket.digest.sum;
  if (sum == *news.digest) {
    RETURN_IF_ERROR(EraseUnsound(unsound));
    RETURN_IF_ERROR(Agree(news));
    return false;
  }
  SurveyState next = state_;
  for (FollowedBucket& followed : next.buckets) followed.agreed = Position{};
  RETURN_IF_ERROR(Keep(std::move(next)));
  const std::pair both(sum, *news.digest);
  if (given_up_ == both) return false;
  given_up_.reset();
  if (comparing_ != nullptr && !comparing_->done()) return true;
  if (rounds_ == kRoundsMax) {
    rounds_ = 0;
    comparing_.reset();
    given_up_ = both;
    return false;
  }
  ++rounds_;
  comparing_ = std::make_unique<Comparing>(state_, held);
  return !comparing_->done();
}

}  // namespace chasqui::client
