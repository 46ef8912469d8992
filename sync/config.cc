#include "sync/config.h"

#include <set>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/limits.h"
#include "sync/utf8.h"

namespace chasqui {
namespace {

constexpr std::int32_t kOffsetMinutesMax = 18 * 60;

absl::Status Wrong(std::string_view what, std::string_view name,
                   std::string_view why) {
  return absl::InvalidArgumentError(StrCat(what, " \"", name, "\": ", why));
}

absl::Status TooMany(std::string_view what, std::size_t count,
                     std::size_t limit) {
  return absl::InvalidArgumentError(
      StrCat("configuration has ", count, " ", what, "; the limit is ", limit));
}

// Parents stand before their children, so there can be no cycle.
absl::StatusOr<std::set<std::string>> CheckAreas(
    const std::vector<Area>& areas) {
  std::set<std::string> codes;
  for (const Area& area : areas) {
    if (!IsName(area.code)) return Wrong("area", area.code, "malformed code");
    if (!area.parent.empty() && !codes.contains(area.parent)) {
      return Wrong(
          "area", area.code,
          StrCat("its parent \"", area.parent, "\" is not declared before it"));
    }
    if (!codes.insert(area.code).second) {
      return Wrong("area", area.code, "declared twice");
    }
    if (area.name.size() > kTitleBytesMax || !IsUtf8(area.name)) {
      return Wrong("area", area.code,
                   "its name is no UTF-8 or over 1024 bytes");
    }
  }
  return codes;
}

absl::Status CheckPeople(const std::vector<Person>& people,
                         const std::set<std::string>& areas) {
  std::set<std::string_view> names;
  for (const Person& person : people) {
    if (!IsName(person.name)) {
      return Wrong("person", person.name, "malformed name");
    }
    if (!names.insert(person.name).second) {
      return Wrong("person", person.name, "declared twice");
    }
    if (person.role == Role::kNone || person.role == Role::kRegister ||
        person.role > Role::kExporter) {
      return Wrong("person", person.name, "has no role a person can have");
    }
    std::set<std::string_view> own;
    for (const std::string& area : person.areas) {
      if (!own.insert(area).second) {
        return Wrong("person", person.name,
                     StrCat("area \"", area, "\" is listed twice"));
      }
      if (!areas.contains(area)) {
        return Wrong("person", person.name,
                     StrCat("area \"", area, "\" is not declared"));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPolicies(const std::vector<FieldPolicy>& policies) {
  std::set<std::string_view> paths;
  for (const FieldPolicy& policy : policies) {
    if (policy.path.empty() || policy.path.size() > kPathBytesMax ||
        !IsUtf8(policy.path)) {
      return Wrong("policy", policy.path,
                   StrCat("its path is empty, no UTF-8 or over ", kPathBytesMax,
                          " bytes"));
    }
    if (policy.policy > Policy::kReview) {
      return Wrong("policy", policy.path, "is of no kind known here");
    }
    if (!paths.insert(policy.path).second) {
      return Wrong("policy", policy.path, "declared twice");
    }
  }
  return absl::OkStatus();
}

// What is sealed cannot be compared but for being the same.
absl::Status CheckPersonal(const SurveyConfig& config) {
  std::set<std::string_view> paths;
  for (const std::string& path : config.personal) {
    if (path.empty() || path.size() > kPathBytesMax || !IsUtf8(path)) {
      return Wrong("personal field", path,
                   StrCat("its path is empty, no UTF-8 or over ", kPathBytesMax,
                          " bytes"));
    }
    if (!paths.insert(path).second) {
      return Wrong("personal field", path, "declared twice");
    }
  }
  for (const FieldPolicy& policy : config.policies) {
    const bool by_value =
        policy.policy == Policy::kMax || policy.policy == Policy::kMin;
    if (by_value && paths.contains(policy.path)) {
      return Wrong("personal field", policy.path,
                   StrCat("policy ", ToText(policy.policy),
                          " is decided by value, and the values of personal "
                          "fields are sealed"));
    }
  }
  if (config.retention_days > kRetentionDaysMax) {
    return absl::InvalidArgumentError(
        StrCat("retention of ", config.retention_days, " days; the limit is ",
               kRetentionDaysMax));
  }
  if (config.retention_days != 0 && config.personal.empty()) {
    return absl::InvalidArgumentError(
        "retention is of personal data, and no field is personal");
  }
  return absl::OkStatus();
}

}  // namespace

int Rank(Role role) {
  switch (role) {
    case Role::kOwner:
    case Role::kSurveyManager:
    case Role::kSupervisor:
      return 3;
    case Role::kEnumerator:
      return 2;
    case Role::kRespondent:
      return 1;
    default:
      return 0;
  }
}

bool IsName(std::string_view name) {
  if (name.empty() || name.size() > kNameBytesMax || !IsUtf8(name)) {
    return false;
  }
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    const bool letter = byte >= 0x80 || (byte >= 'a' && byte <= 'z') ||
                        (byte >= 'A' && byte <= 'Z') ||
                        (byte >= '0' && byte <= '9');
    if (!letter && std::string_view("-_.@").find(c) == std::string_view::npos) {
      return false;
    }
  }
  // U+0080 to U+00A0: the C1 controls and the no-break space.
  for (std::size_t i = 0; i + 1 < name.size(); ++i) {
    if (name[i] == '\xc2' && static_cast<unsigned char>(name[i + 1]) <= 0xa0) {
      return false;
    }
  }
  return name != "." && name != "..";
}

absl::Status CheckConfig(const SurveyConfig& config) {
  if (config.title.size() > kTitleBytesMax || !IsUtf8(config.title)) {
    return Wrong("title", "", "no UTF-8, or over 1024 bytes");
  }
  if (config.utc_offset_minutes < -kOffsetMinutesMax ||
      config.utc_offset_minutes > kOffsetMinutesMax) {
    return absl::InvalidArgumentError(
        StrCat("UTC offset of ", config.utc_offset_minutes,
               " minutes; the limit is 1080 either way"));
  }
  if (config.areas.size() > kAreasMax) {
    return TooMany("areas", config.areas.size(), kAreasMax);
  }
  if (config.people.size() > kPeopleMax) {
    return TooMany("people", config.people.size(), kPeopleMax);
  }
  if (config.policies.size() > kPoliciesMax) {
    return TooMany("policies", config.policies.size(), kPoliciesMax);
  }
  if (config.personal.size() > kPoliciesMax) {
    return TooMany("personal fields", config.personal.size(), kPoliciesMax);
  }
  RETURN_IF_ERROR(CheckPersonal(config));
  ASSIGN_OR_RETURN(const std::set<std::string> areas, CheckAreas(config.areas));
  RETURN_IF_ERROR(CheckPeople(config.people, areas));
  return CheckPolicies(config.policies);
}

}  // namespace chasqui
