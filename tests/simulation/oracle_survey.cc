// The administrative entries: people, areas and forms.

#include <optional>

#include "tests/simulation/oracle.h"

namespace chasqui::testing {

std::set<std::string> Oracle::AreasOf(const Person& person) const {
  std::set<std::string> areas;
  for (const Area& area : config_.areas) {
    bool theirs =
        person.role == Role::kOwner || person.role == Role::kSurveyManager;
    // Theirs if one of the areas above it, or it, is.
    for (std::string at = area.code; !at.empty() && !theirs;) {
      for (const std::string& code : person.areas) theirs |= code == at;
      std::string above;
      for (const Area& other : config_.areas) {
        if (other.code == at) above = other.parent;
      }
      at = above;
    }
    if (theirs) areas.insert(area.code);
  }
  return areas;
}

void Oracle::TakeConfig(const SurveyConfig& config) {
  config_ = config;
  std::set<std::string> present;
  for (const Person& person : config.people) {
    present.insert(person.name);
    OracleMember& member = members_[person.name];
    const std::set<std::string> areas = AreasOf(person);
    // What somebody who left does not get back was taken when they left.
    const Seq taken = member.left != 0 ? member.left : head_;
    for (const std::string& before : member.areas) {
      if (!areas.contains(before)) member.lost[before] = taken;
    }
    for (const std::string& now : areas) member.lost.erase(now);
    member.role = person.role;
    member.areas = areas;
    member.left = 0;
  }
  for (auto& [name, member] : members_) {
    if (!present.contains(name) && member.left == 0) member.left = head_;
  }
}

void Oracle::TakeForm(const Form& form) {
  ++forms_;
  numbering_ = Extend(numbering_, form);
  const FormNumbers numbers = NumbersOf(form, numbering_);
  for (std::size_t i = 0; i < form.repeats.size(); ++i) {
    const std::optional<RepeatIndex>& parent = form.repeats[i].parent;
    repeats_[numbers.repeats[i]] = parent ? numbers.repeats[*parent] : 0;
  }
  for (std::size_t i = 0; i < form.fields.size(); ++i) {
    const Field& field = form.fields[i];
    const std::uint32_t number = numbers.fields[i];
    const auto [entry, added] = questions_.try_emplace(number);
    OracleQuestion& question = entry->second;
    question.choices = numbering_.choices()[number - kFirstFormField].size();
    if (!added) continue;
    question.type = field.type;
    question.repeat = field.repeat ? numbers.repeats[*field.repeat] : 0;
    if (field.type == FieldType::kChoices) question.policy = Policy::kUnion;
    for (const std::string& path : config_.personal) {
      question.personal |= path == field.path;
    }
    for (const FieldPolicy& declared : config_.policies) {
      if (declared.path != field.path) continue;
      if (declared.policy == Policy::kDefault) continue;
      question.policy = declared.policy;
    }
  }
  for (const Pair& pair : form.pairs) {
    const std::uint32_t a = numbers.fields[pair.field_a];
    const std::uint32_t b = numbers.fields[pair.field_b];
    questions_[a].partners[b] |= pair.spans_rows;
    questions_[b].partners[a] |= pair.spans_rows;
  }
}

}  // namespace chasqui::testing
