#include "storage/admin_codec.h"

#include <cstdint>

#include "absl/status/status.h"
#include "chasqui/storage/v1/config.pb.h"
#include "chasqui/storage/v1/entry.pb.h"
#include "storage/form_codec.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::storage {
namespace {

std::string Serialize(const google::protobuf::MessageLite& message) {
  std::string bytes;
  CHECK(message.SerializeToString(&bytes));
  return bytes;
}

template <typename Message>
absl::StatusOr<Message> Parse(std::string_view bytes) {
  Message message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return absl::DataLossError(
        StrCat("a stored ", message.GetTypeName(), " cannot be read"));
  }
  return message;
}

void ToProto(const SurveyConfig& config, v1::SurveyConfig& out) {
  out.set_title(config.title);
  out.set_utc_offset_minutes(config.utc_offset_minutes);
  out.set_accepted_is_durable(config.accepted_is_durable);
  out.set_closed(config.closed);
  for (const Person& person : config.people) {
    v1::Person& one = *out.add_people();
    one.set_name(person.name);
    one.set_role(static_cast<std::uint32_t>(person.role));
    for (const std::string& area : person.areas) one.add_areas(area);
  }
  for (const Area& area : config.areas) {
    v1::Area& one = *out.add_areas();
    one.set_code(area.code);
    one.set_name(area.name);
    one.set_parent(area.parent);
    one.set_target(area.target);
  }
  for (const FieldPolicy& policy : config.policies) {
    v1::FieldPolicy& one = *out.add_policies();
    one.set_path(policy.path);
    one.set_policy(static_cast<std::uint32_t>(policy.policy));
  }
  for (const std::string& path : config.personal) out.add_personal(path);
  out.set_retention_days(config.retention_days);
}

SurveyConfig FromProto(const v1::SurveyConfig& in) {
  SurveyConfig config;
  config.title = in.title();
  config.utc_offset_minutes = in.utc_offset_minutes();
  config.accepted_is_durable = in.accepted_is_durable();
  config.closed = in.closed();
  for (const v1::Person& one : in.people()) {
    config.people.push_back({one.name(),
                             static_cast<Role>(one.role()),
                             {one.areas().begin(), one.areas().end()}});
  }
  for (const v1::Area& one : in.areas()) {
    config.areas.push_back(
        {one.code(), one.name(), one.parent(), one.target()});
  }
  for (const v1::FieldPolicy& one : in.policies()) {
    config.policies.push_back({one.path(), static_cast<Policy>(one.policy())});
  }
  config.personal = {in.personal().begin(), in.personal().end()};
  config.retention_days = in.retention_days();
  return config;
}

}  // namespace

std::string EncodeAdministrative(const SurveyCreated& body) {
  v1::SurveyCreated message;
  message.set_rules_version(body.rules_version);
  ToProto(body.config, *message.mutable_config());
  return Serialize(message);
}

std::string EncodeAdministrative(const LogOpened& body) {
  v1::LogOpened message;
  message.set_name(static_cast<std::uint64_t>(body.name));
  return Serialize(message);
}

std::string EncodeAdministrative(const ConfigChanged& body) {
  v1::ConfigChanged message;
  ToProto(body.config, *message.mutable_config());
  return Serialize(message);
}

std::string EncodeAdministrative(const FormPublished& body) {
  v1::FormPublished message;
  ToProto(body.form, *message.mutable_form());
  message.set_source(body.source);
  return Serialize(message);
}

template <>
absl::StatusOr<SurveyCreated> DecodeAdministrative(std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto message, Parse<v1::SurveyCreated>(bytes));
  return SurveyCreated{message.rules_version(), FromProto(message.config())};
}

template <>
absl::StatusOr<LogOpened> DecodeAdministrative(std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto message, Parse<v1::LogOpened>(bytes));
  return LogOpened{static_cast<LogName>(message.name())};
}

template <>
absl::StatusOr<ConfigChanged> DecodeAdministrative(std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto message, Parse<v1::ConfigChanged>(bytes));
  return ConfigChanged{FromProto(message.config())};
}

template <>
absl::StatusOr<FormPublished> DecodeAdministrative(std::string_view bytes) {
  ASSIGN_OR_RETURN(const auto message, Parse<v1::FormPublished>(bytes));
  ASSIGN_OR_RETURN(Form form, FromProto(message.form()));
  return FormPublished{std::move(form), message.source()};
}

}  // namespace chasqui::storage
