#include "server/access/grant.h"

#include <algorithm>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::access {
namespace {

absl::Status Nobody() {
  return absl::UnauthenticatedError(
      "the call says not who makes it: nobody may do this");
}

absl::Status NotOfSurvey(const std::string& person) {
  return absl::PermissionDeniedError(StrCat(person, " is not of the survey"));
}

std::string_view Does(Right right) {
  return kRights[static_cast<std::size_t>(right)].does;
}

absl::Status NotInScope(Right right) {
  return absl::PermissionDeniedError(
      StrCat("the key is not good to ", Does(right)));
}

absl::Status Denied(const std::string& person, Role role, Right right) {
  return absl::PermissionDeniedError(StrCat(person, " is ", Spoken(role),
                                            "; only an ", WhoMay(right),
                                            " may ", Does(right)));
}

}  // namespace

bool Grant::Has(const Record& record) const {
  switch (reach_) {
    case Reach::kNothing:
      return false;
    case Reach::kAll:
      return true;
    case Reach::kAreas:
      if (std::binary_search(areas_.begin(), areas_.end(), record.area())) {
        return true;
      }
      [[fallthrough]];
    case Reach::kOwn:
      return record.assignee() == person_;
  }
  return false;
}

bool Grant::Has(const Bucket& bucket) const {
  if (reach_ == Reach::kAll) return true;
  if (bucket.kind == BucketKind::kPerson) {
    return reach_ != Reach::kNothing && bucket.name == person_;
  }
  return reach_ == Reach::kAreas &&
         std::binary_search(areas_.begin(), areas_.end(), bucket.name);
}

absl::Status Grant::Check(const Record& record) const {
  if (Has(record)) return absl::OkStatus();
  return absl::NotFoundError(
      StrCat("the survey has no record ", ToText(record.id)));
}

absl::StatusOr<Grant> Authorize(const Caller& caller, const Survey& survey,
                                Right right) {
  if (caller.person.empty()) {
    if (caller.operates) return Grant("", Reach::kAll, {});
    return Nobody();
  }
  if (caller.scopes.has_value() && !caller.scopes->contains(right)) {
    return NotInScope(right);
  }
  const Member* const member = survey.FindMember(caller.person);
  if (member == nullptr || member->left != 0) {
    if (caller.owns) return Grant(caller.person, Reach::kAll, {});
    return NotOfSurvey(caller.person);
  }
  const Reach reach = ReachOf(member->role, right);
  if (reach == Reach::kNothing) {
    return Denied(caller.person, member->role, right);
  }
  return Grant(caller.person, reach, member->areas);
}

absl::StatusOr<Grant> AuthorizePerson(const Caller& caller,
                                      const Survey& survey, Right right) {
  ASSIGN_OR_RETURN(Grant grant, Authorize(caller, survey, right));
  if (grant.person().empty()) {
    return absl::UnauthenticatedError(
        "the metadata \"chasqui-person\" is missing: what is done is written "
        "down under somebody's name");
  }
  const Member* const member = survey.FindMember(caller.person);
  if (member == nullptr || member->left != 0) return NotOfSurvey(caller.person);
  return grant;
}

absl::Status AuthorizeCreation(const Caller& caller,
                               const SurveyConfig& config) {
  if (caller.person.empty()) {
    return caller.operates ? absl::OkStatus() : Nobody();
  }
  const Right right = Right::kCreateSurveys;
  if (caller.scopes.has_value() && !caller.scopes->contains(right)) {
    return NotInScope(right);
  }
  if (caller.owns) return absl::OkStatus();
  const bool names_them = std::any_of(
      config.people.begin(), config.people.end(), [&](const Person& person) {
        return person.name == caller.person &&
               ReachOf(person.role, right) != Reach::kNothing;
      });
  if (caller.operates && names_them) return absl::OkStatus();
  return absl::PermissionDeniedError(
      StrCat("only an ", WhoMay(right), " may ", Does(right)));
}

absl::Status AuthorizeOwner(const Caller& caller) {
  if (caller.person.empty()) {
    return caller.operates ? absl::OkStatus() : Nobody();
  }
  if (caller.owns && !caller.scopes.has_value()) return absl::OkStatus();
  return absl::PermissionDeniedError(
      "only an owner of the organisation may do this");
}

}  // namespace chasqui::access
