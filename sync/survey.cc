#include "sync/survey.h"

#include <algorithm>
#include <map>
#include <set>
#include <string_view>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

// The areas that lie in each, by its code.
using Inside = std::map<std::string_view, std::vector<std::string_view>>;

Inside InsideOf(const std::vector<Area>& areas) {
  Inside inside;
  for (const Area& area : areas) inside[area.parent].push_back(area.code);
  return inside;
}

std::vector<std::string> AreasOf(const Survey& survey, const Inside& inside,
                                 const Person& person) {
  std::set<std::string> codes;
  if (person.role == Role::kOwner || person.role == Role::kSurveyManager) {
    for (const Area& area : survey.config.areas) codes.insert(area.code);
    return {codes.begin(), codes.end()};
  }
  std::vector<std::string_view> open(person.areas.begin(), person.areas.end());
  while (!open.empty()) {
    const std::string_view code = open.back();
    open.pop_back();
    if (!codes.emplace(code).second) continue;
    const auto below = inside.find(code);
    if (below == inside.end()) continue;
    open.insert(open.end(), below->second.begin(), below->second.end());
  }
  return {codes.begin(), codes.end()};
}

// Takes over the configuration: who is of the survey, remembering what was
// taken from whom.
void TakeConfig(const SurveyConfig& config, Seq seq, Survey& survey) {
  survey.config = config;
  survey.area_codes.clear();
  for (const Area& area : config.areas) survey.area_codes.insert(area.code);
  const Inside inside = InsideOf(survey.config.areas);
  std::set<std::string_view> present;
  for (const Person& person : survey.config.people) {
    present.insert(person.name);
    Member& member = survey.members[person.name];
    std::vector<std::string> areas = AreasOf(survey, inside, person);
    // Who comes back lost, on leaving, what they do not get back.
    const Seq taken = member.left != 0 ? member.left : seq;
    for (const std::string& code : member.areas) {
      if (!std::binary_search(areas.begin(), areas.end(), code)) {
        member.lost[code] = taken;
      }
    }
    for (const std::string& code : areas) member.lost.erase(code);
    member.role = person.role;
    member.areas = std::move(areas);
    member.left = 0;
  }
  for (auto& [name, member] : survey.members) {
    if (!present.contains(name) && member.left == 0) member.left = seq;
  }
}

// Each declared policy must suit every field it is for, and agree with the one
// under which the field was published.
absl::Status CheckPolicies(const SurveyConfig& config, const Schema& schema) {
  for (const FieldPolicy& declared : config.policies) {
    for (const FieldSchema& field : schema.fields()) {
      if (field.path != declared.path) continue;
      RETURN_IF_ERROR(CheckPolicy(declared.policy, field.type));
      if (declared.policy != Policy::kDefault &&
          declared.policy != field.policy) {
        return absl::InvalidArgumentError(
            StrCat("field \"", field.path, "\" was published with policy ",
                   ToText(field.policy), "; it cannot become ",
                   ToText(declared.policy)));
      }
    }
  }
  return absl::OkStatus();
}

// A field is personal, or not, for good: what was in the log in the clear would
// stay there.
absl::Status CheckPersonal(const SurveyConfig& config, const Schema& schema) {
  const std::set<std::string_view> personal(config.personal.begin(),
                                            config.personal.end());
  for (const FieldSchema& field : schema.fields()) {
    const bool declared = personal.contains(field.path);
    if (field.number < kFirstFormField || declared == field.personal) continue;
    return absl::InvalidArgumentError(
        declared ? StrCat("field \"", field.path,
                          "\" was published without being personal; it cannot "
                          "become so")
                 : StrCat("field \"", field.path,
                          "\" was published as personal; it must stay so"));
  }
  return absl::OkStatus();
}

absl::Status CheckForm(const Form& form, const Survey& survey) {
  for (const PublishedForm& published : survey.forms) {
    if (published.form.id != form.id ||
        published.form.version != form.version) {
      continue;
    }
    return absl::AlreadyExistsError(
        StrCat("form \"", form.id, "\" version \"", form.version,
               "\" is published already; a published version is immutable: "
               "give the new one another version"));
  }
  const std::set<std::string_view> personal(survey.config.personal.begin(),
                                            survey.config.personal.end());
  for (const Field& field : form.fields) {
    if (personal.contains(field.path)) {
      if (absl::Status status = CheckPersonal(field.type); !status.ok()) {
        return absl::InvalidArgumentError(
            StrCat("field \"", field.path, "\": ", StdView(status.message())));
      }
    }
    for (const FieldPolicy& declared : survey.config.policies) {
      if (declared.path != field.path) continue;
      if (absl::Status status = CheckPolicy(declared.policy, field.type);
          !status.ok()) {
        return absl::InvalidArgumentError(
            StrCat("field \"", field.path, "\": ", StdView(status.message())));
      }
    }
  }
  return absl::OkStatus();
}

absl::Status CheckChanged(const SurveyConfig& config, const Survey& survey) {
  RETURN_IF_ERROR(CheckConfig(config));
  if (config.utc_offset_minutes != survey.config.utc_offset_minutes) {
    return absl::InvalidArgumentError(
        StrCat("the UTC offset, ", survey.config.utc_offset_minutes,
               " minutes, cannot change: days have been counted in it"));
  }
  RETURN_IF_ERROR(CheckPersonal(config, survey.schema));
  return CheckPolicies(config, survey.schema);
}

struct Checker {
  const Survey& survey;

  absl::Status operator()(const SurveyCreated& created) const {
    if (created.rules_version != kRulesVersion) {
      return absl::FailedPreconditionError(
          StrCat("the log asks for rules ", created.rules_version,
                 "; this program knows ", kRulesVersion));
    }
    if (survey.rules_version != 0) {
      return absl::AlreadyExistsError("the survey is created already");
    }
    return CheckConfig(created.config);
  }
  absl::Status operator()(const LogOpened& opened) const {
    if (opened.name == LogName::kNone) {
      return absl::InvalidArgumentError("a log's name is zero");
    }
    return absl::OkStatus();
  }
  absl::Status operator()(const ConfigChanged& changed) const {
    return CheckChanged(changed.config, survey);
  }
  absl::Status operator()(const FormPublished& published) const {
    return CheckForm(published.form, survey);
  }
  template <typename Other>
  absl::Status operator()(const Other&) const {
    return absl::OkStatus();
  }
};

struct Applier {
  Seq seq;
  Survey& survey;

  void operator()(const SurveyCreated& created) const {
    survey.rules_version = created.rules_version;
    TakeConfig(created.config, seq, survey);
  }
  void operator()(const LogOpened& opened) const {
    survey.lineage.push_back({opened.name, seq});
  }
  void operator()(const ConfigChanged& changed) const {
    TakeConfig(changed.config, seq, survey);
  }
  void operator()(const FormPublished& published) const {
    survey.numbering = Extend(survey.numbering, published.form);
    survey.schema.Add(published.form, survey.numbering, survey.config);
    survey.forms.push_back({published.form, seq});
  }
  template <typename Other>
  void operator()(const Other&) const {}
};

}  // namespace

std::vector<std::string> Survey::AreasBelow(std::string_view code) const {
  std::set<std::string, std::less<>> below;
  for (const Area& area : config.areas) {  // parents before children
    if (area.code == code || below.contains(area.parent)) {
      below.insert(area.code);
    }
  }
  return {below.begin(), below.end()};
}

bool Survey::HasArea(std::string_view code) const {
  return area_codes.contains(code);
}

const Member* Survey::FindMember(std::string_view person) const {
  const auto found = members.find(person);
  return found == members.end() ? nullptr : &found->second;
}

absl::Status ApplyToSurvey(const LogEntry& entry, Survey& survey) {
  RETURN_IF_ERROR(std::visit(Checker{survey}, entry.body));
  std::visit(Applier{entry.seq, survey}, entry.body);
  survey.head = entry.seq;
  survey.received_ms = entry.received_ms;
  return absl::OkStatus();
}

absl::Status CheckEntry(const LogEntry& entry, const Survey& survey) {
  return std::visit(Checker{survey}, entry.body);
}

std::vector<Bucket> ScopeOf(const Survey& survey, std::string_view person) {
  std::vector<Bucket> scope;
  const Member* const member = survey.FindMember(person);
  if (member == nullptr || member->left != 0) return scope;
  if (Rank(member->role) == 0) return scope;
  for (const std::string& code : member->areas) {
    scope.push_back({BucketKind::kArea, code});
  }
  scope.push_back({BucketKind::kPerson, std::string(person)});
  return scope;
}

}  // namespace chasqui
