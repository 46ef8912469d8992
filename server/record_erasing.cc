// RecordService, what erases personal answers for good.

#include <vector>

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

// The record as what is to be erased, unless it is. NotFound: there is none,
// nor anything that was to make it, with a personal answer in it.
absl::StatusOr<std::vector<RecordErased>> ToErase(const Admitted& in,
                                                  const RecordId& id,
                                                  Personal& personal) {
  const absl::StatusOr<Record> record = FindRecord(*in.reader, in.grant, id);
  if (record.ok()) {
    if (record->erased != 0) return std::vector<RecordErased>();
    return std::vector<RecordErased>{{id, in.grant.person()}};
  }
  if (!absl::IsNotFound(record.status())) return record.status();
  ASSIGN_OR_RETURN(const auto unmade, personal.Unmade(*in.reader));
  const auto found = unmade.find(id);
  if (found == unmade.end()) return record.status();
  return std::vector<RecordErased>{{id, in.grant.person(), found->second.form}};
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
  RETURN_IF_ERROR(CheckHasPersonal(around, survey));
  ASSIGN_OR_RETURN(const auto records, ToErase(in, id, *around.personal));
  RETURN_IF_ERROR(
      server::Erase(*in.store, survey.name, records, *around.personal));
  ASSIGN_OR_RETURN(const auto after, in.store->Snapshot());
  ASSIGN_OR_RETURN(const auto erased, after->FindRecord(id));
  if (!erased.has_value() || erased->erased == 0) {
    return absl::AbortedError(
        StrCat("record ", ToText(id), " has come to be just now: ask again"));
  }
  response.set_seq(erased->erased);
  if (!records.empty()) return absl::OkStatus();
  // It was erased before: by somebody whom something cut short, perhaps.
  return around.personal->Destroy(survey.name, {{id, erased->erased}});
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
