#include "tests/benchmarks/survey_setup.h"

#include <chrono>
#include <cstdio>
#include <iterator>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "google/protobuf/util/json_util.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/census_csv.h"
#include "tests/benchmarks/load_device.h"

namespace chasqui::benchmarks {
namespace {

constexpr char kAllAreas[] = "all";

std::chrono::system_clock::time_point InAMinute() {
  return std::chrono::system_clock::now() + std::chrono::minutes(1);
}

std::string Numbered(const char* what, std::size_t number) {
  char name[32];
  std::snprintf(name, sizeof name, "%s%03zu", what, number);
  return name;
}

v1::Person& AddPerson(const std::string& name, v1::Role role,
                      v1::SurveyConfig& config) {
  v1::Person& person = *config.add_people();
  person.set_name(name);
  person.set_role(role);
  return person;
}

void AddArea(const std::string& code, const std::string& parent,
             v1::SurveyConfig& config) {
  v1::Area& area = *config.add_areas();
  area.set_code(code);
  area.set_name(code);
  area.set_parent(parent);
}

}  // namespace

std::string LoaderName(std::size_t number) {
  return Numbered("loader", number);
}
std::string VisitorName(std::size_t number) {
  return Numbered("visitor", number);
}

absl::Status MakeSurvey(const std::string& address, const std::string& name,
                        const v1::SurveyConfig& config,
                        const std::string& xform) {
  v1::SurveyService::Stub stub(NewConnection(address));
  v1::CreateSurveyRequest create;
  create.set_survey(name);
  *create.mutable_config() = config;
  grpc::ClientContext creating;
  creating.set_deadline(InAMinute());
  v1::CreateSurveyResponse created;
  RETURN_IF_ERROR(FromGrpc(stub.CreateSurvey(&creating, create, &created)));
  return PublishForm(address, name, xform);
}

absl::Status PublishForm(const std::string& address, const std::string& survey,
                         const std::string& xform) {
  v1::SurveyService::Stub stub(NewConnection(address));
  v1::PublishFormRequest publish;
  publish.set_survey(survey);
  publish.set_xform(xform);
  grpc::ClientContext publishing;
  publishing.set_deadline(InAMinute());
  v1::PublishFormResponse published;
  return FromGrpc(stub.PublishForm(&publishing, publish, &published));
}

absl::StatusOr<v1::SurveyConfig> CensusConfig(
    const std::string& settings, const std::set<std::string>& areas,
    std::size_t loaders, std::size_t visitors) {
  ASSIGN_OR_RETURN(const std::string json, ReadPacked(settings));
  v1::SurveyConfig config;
  const auto read = google::protobuf::util::JsonStringToMessage(json, &config);
  if (!read.ok()) {
    return absl::InvalidArgumentError(
        StrCat(settings, ": ", std::string(read.message())));
  }
  config.clear_people();
  config.clear_areas();
  AddArea(kAllAreas, "", config);
  for (const std::string& area : areas) AddArea(area, kAllAreas, config);
  for (std::size_t i = 0; i < loaders; ++i) {
    AddPerson(LoaderName(i), v1::ROLE_ENUMERATOR, config);
  }
  for (std::size_t i = 0; i < visitors; ++i) {
    const auto area =
        std::next(areas.begin(), static_cast<std::ptrdiff_t>(i % areas.size()));
    AddPerson(VisitorName(i), v1::ROLE_ENUMERATOR, config).add_areas(*area);
  }
  AddPerson(kReaderName, v1::ROLE_SUPERVISOR, config).add_areas(kAllAreas);
  return config;
}

}  // namespace chasqui::benchmarks
