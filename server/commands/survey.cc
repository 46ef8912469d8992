#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "chasqui/v1/survey_service.grpc.pb.h"
#include "google/protobuf/util/json_util.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/json.h"
#include "server/commands/remote.h"
#include "server/commands/table.h"
#include "server/limits.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

using SurveyStub = v1::SurveyService::Stub;

struct SurveyOptions {
  Remote remote;
  std::string survey;
  std::string form;
  std::vector<std::string> attachments;
  std::string config;
  bool json = false;
};

absl::StatusOr<v1::SurveyConfig> ReadConfig(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string json, ReadFile(path));
  v1::SurveyConfig config;
  const auto status =
      google::protobuf::util::JsonStringToMessage(json, &config);
  if (!status.ok()) {
    return absl::InvalidArgumentError(
        StrCat(path, ": ", std::string(status.message())));
  }
  return config;
}

absl::Status Publish(const SurveyOptions& options, SurveyStub& stub) {
  v1::PublishFormRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_xform(), ReadFile(options.form));
  for (const std::string& path : options.attachments) {
    v1::FormAttachment& file = *request.add_attachments();
    file.set_name(std::filesystem::path(path).filename().string());
    ASSIGN_OR_RETURN(*file.mutable_data(), ReadFile(path));
  }
  if (request.ByteSizeLong() > server::kMessageBytesMax) {
    return absl::InvalidArgumentError(
        StrCat(options.form, ": with what is attached it has ",
               request.ByteSizeLong(), " bytes, ", server::kMessageBytesMax,
               " (4 MiB) at most can be published"));
  }
  v1::PublishFormResponse response;
  const absl::Status status =
      Call(options.remote, stub, &SurveyStub::PublishForm, request, response);
  if (status.code() == absl::StatusCode::kInvalidArgument) {
    return absl::InvalidArgumentError(
        StrCat(options.form, ": ", StdView(status.message())));
  }
  RETURN_IF_ERROR(status);
  const v1::FormVersion& form = response.form();
  std::printf("form %s version \"%s\"%s as number %u: %d fields, %d repeats\n",
              form.form_id().c_str(), form.version().c_str(),
              response.already() ? " was published before" : " published",
              form.number(), form.fields_size(), form.repeats_size());
  for (const v1::UnattachedList& list : response.unattached()) {
    std::printf(
        "note: field %s chooses from %s, which is not attached: it takes any "
        "text. To have its answers checked, publish a version with --attach "
        "%s\n",
        Printable(list.path()).c_str(), Printable(list.file()).c_str(),
        Printable(list.file()).c_str());
  }
  return absl::OkStatus();
}

absl::Status CreateSurvey(const SurveyOptions& options) {
  v1::CreateSurveyRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_config(), ReadConfig(options.config));
  SurveyStub stub(options.remote.Channel());
  v1::CreateSurveyResponse response;
  RETURN_IF_ERROR(
      Call(options.remote, stub, &SurveyStub::CreateSurvey, request, response));
  std::printf("survey %s created: %d people, %d areas\n",
              options.survey.c_str(), request.config().people_size(),
              request.config().areas_size());
  return options.form.empty() ? absl::OkStatus() : Publish(options, stub);
}

absl::Status UpdateSurvey(const SurveyOptions& options) {
  v1::UpdateSurveyRequest request;
  request.set_survey(options.survey);
  ASSIGN_OR_RETURN(*request.mutable_config(), ReadConfig(options.config));
  SurveyStub stub(options.remote.Channel());
  v1::UpdateSurveyResponse response;
  return Call(options.remote, stub, &SurveyStub::UpdateSurvey, request,
              response);
}

absl::Status ListSurveys(const SurveyOptions& options) {
  SurveyStub stub(options.remote.Channel());
  v1::ListSurveysResponse response;
  RETURN_IF_ERROR(Call(options.remote, stub, &SurveyStub::ListSurveys,
                       v1::ListSurveysRequest(), response));
  if (options.json) {
    std::puts(ToJson(response).c_str());
    return absl::OkStatus();
  }
  Table table({"survey", "records", "changes", "title"});
  for (const v1::SurveySummary& survey : response.surveys()) {
    table.Add(
        {survey.survey(), StrCat(survey.records()), StrCat(survey.head()),
         Printable(survey.title()) + (survey.closed() ? " (closed)" : "")});
  }
  std::fputs(table.ToText().c_str(), stdout);
  return absl::OkStatus();
}

absl::Status ShowSurvey(const SurveyOptions& options) {
  ASSIGN_OR_RETURN(const v1::GetSurveyResponse response,
                   FetchSurvey(options.remote, options.survey));
  if (options.json) {
    std::puts(ToJson(response).c_str());
    return absl::OkStatus();
  }
  const v1::SurveyConfig& config = response.config();
  std::printf(
      "%s\n%s%d people, %d areas, log at %s\n%s",
      Printable(config.title()).c_str(), config.closed() ? "closed; " : "",
      config.people_size(), config.areas_size(),
      ToText(Position{LogName{response.log()}, response.head()}).c_str(),
      config.durability() == v1::DURABILITY_ACCEPTED
          ? "no backup: accepted changes count as durable\n"
          : "");
  Table table({"form", "id", "version", "fields", "repeats", "title"});
  for (const v1::FormVersion& form : response.forms()) {
    table.Add({StrCat(form.number()), form.form_id(), form.version(),
               StrCat(form.fields_size()), StrCat(form.repeats_size()),
               Printable(form.title())});
  }
  std::fputs(table.ToText().c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace

void AddSurvey(CLI::App& app, Chosen& chosen) {
  CLI::App* const survey = app.add_subcommand(
      "survey", "Set surveys up: configuration, forms, registers");
  survey->require_subcommand(1);
  const auto add = [&](const char* name, const char* about, auto run) {
    auto options = std::make_shared<SurveyOptions>();
    CLI::App* const command = survey->add_subcommand(name, about);
    AddRemoteOptions(*command, options->remote);
    command->callback([options, run, &chosen] {
      chosen = [options, run] { return run(*options); };
    });
    return std::pair(command, options);
  };
  const auto name = [](CLI::App* command, SurveyOptions& options) {
    command->add_option("SURVEY", options.survey, "Name of the survey")
        ->required();
  };
  const auto form = [](CLI::App* command, SurveyOptions& options) {
    command
        ->add_option("--attach", options.attachments,
                     "Lists and media that the form refers to")
        ->type_name("FILE");
    return command
        ->add_option("--form", options.form,
                     "The questionnaire, an ODK XForm (XML)")
        ->type_name("XFORM");
  };
  const auto config = [](CLI::App* command, SurveyOptions& options) {
    command
        ->add_option("--config", options.config,
                     "People, areas and policies, as JSON of "
                     "chasqui.v1.SurveyConfig")
        ->required()
        ->type_name("FILE.json");
  };

  auto [create, create_options] =
      add("create", "Make a survey: who works on it, where, and with what form",
          CreateSurvey);
  name(create, *create_options);
  form(create, *create_options);
  config(create, *create_options);

  auto [publish, publish_options] =
      add("publish", "Publish a form, or its next version",
          [](const SurveyOptions& options) {
            SurveyStub stub(options.remote.Channel());
            return Publish(options, stub);
          });
  name(publish, *publish_options);
  form(publish, *publish_options)->required();

  auto [update, update_options] =
      add("update", "Replace the configuration", UpdateSurvey);
  name(update, *update_options);
  config(update, *update_options);

  auto [list, list_options] = add("list", "Name all surveys", ListSurveys);
  list->add_flag("--json", list_options->json, "As JSON, for scripts");

  auto [show, show_options] =
      add("show", "Configuration and forms of a survey", ShowSurvey);
  name(show, *show_options);
  show->add_flag("--json", show_options->json, "As JSON, for scripts");

  AddSurveyKey(*survey, chosen);
  AddImportRegister(*survey, chosen);
  AddLoadAreas(*survey, chosen);
  AddSeed(*survey, chosen);
}

}  // namespace chasqui::commands
