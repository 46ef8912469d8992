#include "server/survey_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/admitted.h"
#include "server/exchange_wire.h"
#include "server/form_wire.h"
#include "server/pieces.h"
#include "server/register_upload.h"
#include "server/starting_file.h"
#include "server/survey_wire.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/form/xform_reader.h"
#include "sync/lineage.h"

namespace chasqui::server {
namespace {

using access::Right;

constexpr std::size_t kAttachmentNameBytesMax = 255;

// Those that the caller may see.
absl::Status List(const Catalog& catalog, const access::Caller& caller,
                  v1::ListSurveysResponse& response) {
  for (const std::string& name : catalog.List()) {
    ASSIGN_OR_RETURN(const SurveyStore* const store, catalog.Find(name));
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    const absl::Status may =
        access::Authorize(caller, reader->survey(), Right::kSeeSurvey).status();
    if (absl::IsPermissionDenied(may)) continue;
    RETURN_IF_ERROR(may);
    v1::SurveySummary& out = *response.add_surveys();
    out.set_survey(name);
    out.set_title(reader->survey().config.title);
    out.set_head(reader->head());
    out.set_closed(reader->survey().config.closed);
    ASSIGN_OR_RETURN(const auto counters, reader->Counters("records/"));
    std::int64_t records = 0;
    for (const auto& [counter, count] : counters) records += count;
    out.set_records(static_cast<std::uint64_t>(records));
  }
  return absl::OkStatus();
}

absl::Status Get(const Survey& survey, v1::GetSurveyResponse& response) {
  *response.mutable_config() = ToWire(survey.config);
  for (std::uint32_t form = 1; form <= survey.forms.size(); ++form) {
    *response.add_forms() = FormToWire(survey, form);
  }
  response.set_log(static_cast<std::uint64_t>(PresentName(survey.lineage)));
  response.set_head(survey.head);
  return absl::OkStatus();
}

// Appends one administrative entry.
absl::Status Append(SurveyStore& store, ServerEntry entry) {
  std::vector<ServerEntry> entries;
  entries.push_back(std::move(entry));
  return SubmitAndWait(store, std::move(entries)).status();
}

// What is personal must be sealed from the first answer on.
absl::Status CheckKey(const Surroundings& around, const std::string& survey,
                      const SurveyConfig& config) {
  if (config.personal.empty()) return absl::OkStatus();
  Survey with;
  with.name = survey;
  with.config.personal = config.personal;
  return KeysOf(around, with).status();
}

absl::Status Update(const Surroundings& around, SurveyStore& store,
                    const v1::UpdateSurveyRequest& request) {
  ASSIGN_OR_RETURN(SurveyConfig config, FromWire(request.config()));
  RETURN_IF_ERROR(CheckKey(around, request.survey(), config));
  return Append(store, ConfigChanged{std::move(config)});
}

absl::StatusOr<Attachments> AttachmentsOf(
    const v1::PublishFormRequest& request) {
  Attachments attachments;
  for (const v1::FormAttachment& file : request.attachments()) {
    if (file.name().empty() || file.name().size() > kAttachmentNameBytesMax ||
        file.name().find('/') != std::string::npos) {
      return absl::InvalidArgumentError(
          StrCat("attachment \"", file.name(), "\": a name has 1 to ",
                 kAttachmentNameBytesMax, " bytes and no slash"));
    }
    if (!attachments.emplace(file.name(), file.data()).second) {
      return absl::InvalidArgumentError(
          StrCat("attachment \"", file.name(), "\" is given twice"));
    }
  }
  return attachments;
}

// The number of the version of `form`'s id and version; 0 if there is none.
std::uint32_t NumberOf(const Survey& survey, const Form& form) {
  for (std::size_t i = 0; i < survey.forms.size(); ++i) {
    const Form& published = survey.forms[i].form;
    if (published.id == form.id && published.version == form.version) {
      return static_cast<std::uint32_t>(i + 1);
    }
  }
  return 0;
}

absl::Status Publish(SurveyStore& store, const v1::PublishFormRequest& request,
                     v1::PublishFormResponse& response) {
  ASSIGN_OR_RETURN(const Attachments attachments, AttachmentsOf(request));
  std::vector<UnattachedList> unattached;
  ASSIGN_OR_RETURN(const Form form,
                   ReadXForm(request.xform(), attachments, &unattached));
  for (const UnattachedList& list : unattached) {
    v1::UnattachedList& out = *response.add_unattached();
    out.set_path(list.path);
    out.set_file(list.file);
  }

  ASSIGN_OR_RETURN(auto reader, store.Snapshot());
  std::uint32_t number = NumberOf(reader->survey(), form);
  response.set_already(number != 0 &&
                       reader->survey().forms[number - 1].form == form);
  if (!response.already()) {
    // A version of other contents is refused by whoever appends.
    RETURN_IF_ERROR(Append(store, FormPublished{form, request.xform()}));
    ASSIGN_OR_RETURN(reader, store.Snapshot());
    number = NumberOf(reader->survey(), form);
  }
  *response.mutable_form() = FormToWire(reader->survey(), number);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* SurveyService::CreateSurvey(
    grpc::CallbackServerContext* context,
    const v1::CreateSurveyRequest* request, v1::CreateSurveyResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(
      around, "CreateSurvey", context, [=, &around]() -> absl::Status {
        ASSIGN_OR_RETURN(const access::Caller caller,
                         around.authenticator.Who(*context));
        ASSIGN_OR_RETURN(const SurveyConfig config,
                         FromWire(request->config()));
        RETURN_IF_ERROR(access::AuthorizeCreation(caller, config));
        RETURN_IF_ERROR(NoteAsked(around, caller.person, request->survey(),
                                  Right::kCreateSurveys,
                                  {"CreateSurvey", "", ""}));
        RETURN_IF_ERROR(CheckKey(around, request->survey(), config));
        return around.catalog.Create(request->survey(), config);
      });
}

grpc::ServerUnaryReactor* SurveyService::ListSurveys(
    grpc::CallbackServerContext* context, const v1::ListSurveysRequest*,
    v1::ListSurveysResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "ListSurveys", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const access::Caller caller,
                     around.authenticator.Who(*context));
    return List(around.catalog, caller, *response);
  });
}

grpc::ServerUnaryReactor* SurveyService::GetSurvey(
    grpc::CallbackServerContext* context, const v1::GetSurveyRequest* request,
    v1::GetSurveyResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "GetSurvey", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admitted in,
                     Admit(around, *context, request->survey(),
                           Right::kSeeSurvey, {"GetSurvey", "", ""}));
    return Get(in.reader->survey(), *response);
  });
}

grpc::ServerUnaryReactor* SurveyService::UpdateSurvey(
    grpc::CallbackServerContext* context,
    const v1::UpdateSurveyRequest* request, v1::UpdateSurveyResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(
      around, "UpdateSurvey", context, [=, &around]() -> absl::Status {
        ASSIGN_OR_RETURN(const Admitted in,
                         Admit(around, *context, request->survey(),
                               Right::kConfigure, {"UpdateSurvey", "", ""}));
        return Update(around, *in.store, *request);
      });
}

grpc::ServerUnaryReactor* SurveyService::PublishForm(
    grpc::CallbackServerContext* context, const v1::PublishFormRequest* request,
    v1::PublishFormResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "PublishForm", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Admitted in,
                     Admit(around, *context, request->survey(),
                           Right::kPublishForms, {"PublishForm", "", ""}));
    return Publish(*in.store, *request, *response);
  });
}

grpc::ServerReadReactor<v1::ImportRegisterRequest>*
SurveyService::ImportRegister(grpc::CallbackServerContext* context,
                              v1::ImportRegisterResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return ReceiveRegister(around, *context, *response);
}

grpc::ServerWriteReactor<v1::MakeStartingFileResponse>*
SurveyService::MakeStartingFile(grpc::CallbackServerContext* context,
                                const v1::MakeStartingFileRequest* request) {
  const Surroundings& around = organisations_.Of(*context);
  return SendPieces<v1::MakeStartingFileResponse>(
      around, "MakeStartingFile",
      [&around, context,
       request = *request]() -> absl::StatusOr<std::unique_ptr<StartingFile>> {
        const Bucket bucket = BucketFromWire(request.bucket());
        ASSIGN_OR_RETURN(const Admitted in,
                         Admit(around, *context, request.survey(), Right::kSeed,
                               {"MakeStartingFile", "", ToText(bucket)}));
        if (!in.grant.Has(bucket)) {
          return absl::PermissionDeniedError(
              StrCat(ToText(bucket), " is not one of yours"));
        }
        return StartingFile::Begin(around, request);
      });
}

}  // namespace chasqui::server
