#include "sync/scope.h"

#include <algorithm>

namespace chasqui {
namespace {

bool SeesAll(const Member& member) {
  return member.role == Role::kOwner || member.role == Role::kSurveyManager;
}

// Whether `bucket` is, or was at `base`, one of the person's.
bool Holds(std::string_view person, const Member& member, const Bucket& bucket,
           Seq base) {
  if (bucket.kind == BucketKind::kPerson) return bucket.name == person;
  if (std::binary_search(member.areas.begin(), member.areas.end(),
                         bucket.name)) {
    return true;
  }
  const auto lost = member.lost.find(bucket.name);
  return lost != member.lost.end() && base < lost->second;
}

}  // namespace

bool MayWrite(std::string_view person, const Record& record,
              const Survey& survey, Seq base) {
  const Member* const member = survey.FindMember(person);
  if (member == nullptr) return false;
  if (SeesAll(*member)) return true;
  return std::any_of(record.memberships.begin(), record.memberships.end(),
                     [&](const Membership& m) {
                       return (m.left == 0 || base < m.left) &&
                              Holds(person, *member, m.bucket, base);
                     });
}

bool MayCreate(const Change& change, const Survey& survey, Seq base) {
  const Member* const member = survey.FindMember(change.person);
  if (member == nullptr) return false;
  if (SeesAll(*member)) return true;
  return std::any_of(change.ops.begin(), change.ops.end(), [&](const Op& op) {
    if (op.kind != OpKind::kSet || op.value.kind != ValueKind::kText) {
      return false;
    }
    const std::string& name = op.value.payload;
    return (op.at.field == kAreaField &&
            Holds(change.person, *member, {BucketKind::kArea, name}, base)) ||
           (op.at.field == kAssigneeField && name == change.person);
  });
}

}  // namespace chasqui
