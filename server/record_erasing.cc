// RecordService, what erases personal answers for good.

#include "server/acts.h"
#include "server/admitted.h"
#include "server/personal.h"
#include "server/record_service.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

using access::Right;

constexpr std::int64_t kMsPerDay = 86'400'000;

absl::Status CheckHasPersonal(const Surroundings& around,
                              const Survey& survey) {
  ASSIGN_OR_RETURN(const personal::SurveyKeys* const keys,
                   KeysOf(around, survey));
  if (keys != nullptr) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat("survey ", survey.name, " has no personal fields"));
}

absl::Status EraseOne(const Surroundings& around,
                      const grpc::CallbackServerContext& context,
                      const v1::EraseRecordRequest& request,
                      v1::EraseRecordResponse& response) {
  ASSIGN_OR_RETURN(const Admitted in,
                   AdmitPerson(around, context, request.survey(), Right::kErase,
                               {"EraseRecord", request.record(), ""}));
  const Survey& survey = in.reader->survey();
  ASSIGN_OR_RETURN(const RecordId id, RecordIdFromWire(request.record()));
  ASSIGN_OR_RETURN(const Record record, FindRecord(*in.reader, in.grant, id));
  RETURN_IF_ERROR(CheckHasPersonal(around, survey));
  if (record.erased != 0) {
    response.set_seq(record.erased);
    return around.personal->Destroy(survey.name, {{id, record.erased}});
  }
  RETURN_IF_ERROR(server::Erase(*in.store, survey.name, {id}, in.grant.person(),
                                *around.personal));
  ASSIGN_OR_RETURN(const auto after, in.store->Snapshot());
  ASSIGN_OR_RETURN(const auto erased, after->FindRecord(id));
  if (erased.has_value()) response.set_seq(erased->erased);
  return absl::OkStatus();
}

absl::Status EraseOld(const Surroundings& around,
                      const grpc::CallbackServerContext& context,
                      const v1::EraseExpiredRequest& request,
                      v1::EraseExpiredResponse& response) {
  ASSIGN_OR_RETURN(const Admitted in,
                   AdmitPerson(around, context, request.survey(), Right::kErase,
                               {"EraseExpired", "", ""}));
  const Survey& survey = in.reader->survey();
  RETURN_IF_ERROR(CheckHasPersonal(around, survey));
  const std::int64_t days = survey.config.retention_days;
  if (days == 0) {
    return absl::FailedPreconditionError(
        StrCat("survey ", survey.name,
               " keeps personal answers for ever: set "
               "retention_days in its configuration"));
  }
  ASSIGN_OR_RETURN(const std::size_t erased,
                   EraseOlder(*in.store, around.NowMs() - days * kMsPerDay,
                              *around.personal));
  response.set_erased(erased);
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::EraseRecord(
    grpc::CallbackServerContext* context, const v1::EraseRecordRequest* request,
    v1::EraseRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "EraseRecord", context, [=, &around] {
    return EraseOne(around, *context, *request, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::EraseExpired(
    grpc::CallbackServerContext* context,
    const v1::EraseExpiredRequest* request,
    v1::EraseExpiredResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "EraseExpired", context, [=, &around] {
    return EraseOld(around, *context, *request, *response);
  });
}

}  // namespace chasqui::server
