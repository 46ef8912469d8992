#include "server/survey_wire.h"

#include "sync/base/str_cat.h"

namespace chasqui::server {

absl::StatusOr<SurveyConfig> FromWire(const v1::SurveyConfig& config) {
  SurveyConfig result;
  result.title = config.title();
  result.utc_offset_minutes = config.utc_offset_minutes();
  result.accepted_is_durable = config.durability() == v1::DURABILITY_ACCEPTED;
  result.closed = config.closed();
  if (!v1::Durability_IsValid(config.durability())) {
    return absl::InvalidArgumentError("durability is not known");
  }
  for (const v1::Person& person : config.people()) {
    if (person.role() == v1::ROLE_UNSPECIFIED ||
        !v1::Role_IsValid(person.role())) {
      return absl::InvalidArgumentError(
          StrCat("person \"", person.name(), "\": role is missing or unknown"));
    }
    result.people.push_back({person.name(),
                             static_cast<Role>(person.role()),
                             {person.areas().begin(), person.areas().end()}});
  }
  for (const v1::Area& area : config.areas()) {
    result.areas.push_back(
        {area.code(), area.name(), area.parent(), area.target()});
  }
  for (const v1::FieldPolicy& field : config.policies()) {
    if (!v1::ConflictPolicy_IsValid(field.policy())) {
      return absl::InvalidArgumentError(
          StrCat("field \"", field.path(), "\": policy is unknown"));
    }
    result.policies.push_back(
        {field.path(), static_cast<Policy>(field.policy())});
  }
  result.personal = {config.personal().begin(), config.personal().end()};
  result.retention_days = config.retention_days();
  return result;
}

v1::SurveyConfig ToWire(const SurveyConfig& config) {
  v1::SurveyConfig wire;
  wire.set_title(config.title);
  wire.set_utc_offset_minutes(config.utc_offset_minutes);
  wire.set_durability(config.accepted_is_durable ? v1::DURABILITY_ACCEPTED
                                                 : v1::DURABILITY_BACKUP);
  wire.set_closed(config.closed);
  for (const Person& person : config.people) {
    v1::Person& out = *wire.add_people();
    out.set_name(person.name);
    out.set_role(static_cast<v1::Role>(person.role));
    for (const std::string& area : person.areas) out.add_areas(area);
  }
  for (const Area& area : config.areas) {
    v1::Area& out = *wire.add_areas();
    out.set_code(area.code);
    out.set_name(area.name);
    out.set_parent(area.parent);
    out.set_target(area.target);
  }
  for (const FieldPolicy& field : config.policies) {
    v1::FieldPolicy& out = *wire.add_policies();
    out.set_path(field.path);
    out.set_policy(static_cast<v1::ConflictPolicy>(field.policy));
  }
  for (const std::string& path : config.personal) wire.add_personal(path);
  wire.set_retention_days(config.retention_days);
  return wire;
}

}  // namespace chasqui::server
