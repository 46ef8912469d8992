// What a device follows: buckets that begin, go on, are complete, or are lost.

#include <algorithm>
#include <utility>

#include "client/intaking.h"
#include "sync/base/status_macros.h"

namespace chasqui::client {

absl::Status Intaking::TakeBucket(const BucketNews& news) {
  auto at = std::find_if(state_.buckets.begin(), state_.buckets.end(),
                         [&news](const FollowedBucket& followed) {
                           return followed.bucket == news.bucket;
                         });
  if (at == state_.buckets.end()) {
    FollowedBucket followed;
    followed.bucket = news.bucket;
    followed.id = ++state_.last_bucket_id;
    state_.buckets.push_back(std::move(followed));
    at = state_.buckets.end() - 1;
  }
  if (news.restarts) {
    std::erase_if(state_.started, [&news](const StartedBucket& started) {
      return started.bucket == news.bucket;
    });
    at->sweep = at->sweep || at->generation > 0;
    ++at->generation;
    at->complete = Position{};
  }
  for (const NewsItem& item : news.items) {
    RETURN_IF_ERROR(TakeItem(item, *at));
  }
  for (const NewsItem& item : news.repairs) {
    RETURN_IF_ERROR(TakeItem(item, *at));
  }
  // What a pull from zero has not confirmed is for the comparison to judge.
  if (news.jumps) at->sweep = false;
  return news.last ? Completed(*at, news.complete) : absl::OkStatus();
}

absl::Status Intaking::Completed(FollowedBucket& followed, const Position& at) {
  followed.complete = at;
  // What a starting file does not have may have come since: the server says.
  if (!followed.sweep || news_.starting.has_value()) return absl::OkStatus();
  followed.sweep = false;
  return Sweep(followed.id, followed.generation);
}

absl::Status Intaking::Sweep(std::uint32_t bucket, std::uint32_t generation) {
  std::vector<RecordId> ids;
  RETURN_IF_ERROR(
      survey_.store_.Scan(Table::kRecord, SurveyPrefix(survey_.name_), "",
                          [&](std::string_view key, std::string_view) {
                            ids.push_back(RecordOf(survey_.name_, key));
                            return true;
                          }));
  for (const RecordId& id : ids) {
    ASSIGN_OR_RETURN(std::optional<StoredRecord>* const copy, Copy(id));
    if (!copy->has_value()) continue;
    std::erase_if((*copy)->following, [&](const Following& f) {
      return f.bucket == bucket && f.generation < generation;
    });
  }
  return absl::OkStatus();
}

absl::Status Intaking::Leave(const RecordId& id, std::uint32_t bucket) {
  ASSIGN_OR_RETURN(std::optional<StoredRecord>* const copy, Copy(id));
  if (!copy->has_value()) return absl::OkStatus();
  std::erase_if((*copy)->following,
                [bucket](const Following& f) { return f.bucket == bucket; });
  return absl::OkStatus();
}

void Intaking::DoubtBuckets() {
  for (FollowedBucket& followed : state_.buckets) {
    const auto tells = [&](const StartedBucket& started) {
      return started.bucket == followed.bucket &&
             std::find(sent_.started.begin(), sent_.started.end(),
                       started.cursor) != sent_.started.end();
    };
    if (std::none_of(state_.started.begin(), state_.started.end(), tells)) {
      followed.complete = Position{};
    }
  }
}

// With the digest, after the last page, each bucket of the scope is complete.
bool Intaking::IsLost(const FollowedBucket& followed) const {
  return std::find(news_.lost.begin(), news_.lost.end(), followed.bucket) !=
             news_.lost.end() ||
         (pulled() && news_.digest.has_value() &&
          followed.complete == Position{});
}

absl::Status Intaking::DropLost() {
  for (std::size_t i = 0; i < state_.buckets.size();) {
    const FollowedBucket followed = state_.buckets[i];
    if (!IsLost(followed)) {
      ++i;
      continue;
    }
    RETURN_IF_ERROR(Sweep(followed.id, followed.generation + 1));
    state_.buckets.erase(state_.buckets.begin() +
                         static_cast<std::ptrdiff_t>(i));
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
