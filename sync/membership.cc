#include "sync/membership.h"

#include <algorithm>
#include <string>
#include <utility>

namespace chasqui {

std::vector<Bucket> BucketsOf(const Record& record) {
  std::vector<Bucket> buckets;
  if (record.erased != 0) return buckets;
  if (std::string area = record.area(); !area.empty()) {
    buckets.push_back({BucketKind::kArea, std::move(area)});
  }
  if (std::string person = record.assignee(); !person.empty()) {
    buckets.push_back({BucketKind::kPerson, std::move(person)});
  }
  return buckets;
}

void MoveInFeeds(Seq seq, Record& record, State& state) {
  std::vector<Bucket> entering = BucketsOf(record);
  for (Membership& member : record.memberships) {
    const auto present =
        std::find(entering.begin(), entering.end(), member.bucket);
    const bool stays = present != entering.end();
    if (stays) entering.erase(present);
    if (!stays && member.left != 0) continue;  // it left before
    state.EraseFeed(member.bucket,
                    member.left != 0 ? member.left : record.latest);
    if (stays && member.left != 0) member.entered = seq;
    member.left = stays ? 0 : seq;
    state.PutFeed(member.bucket, seq, {record.id, !stays, {}});
  }
  for (Bucket& bucket : entering) {
    state.PutFeed(bucket, seq, {record.id, false, {}});
    record.memberships.push_back({std::move(bucket), seq, 0});
  }
  record.latest = seq;
}

}  // namespace chasqui
