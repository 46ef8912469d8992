#include "server/record_service.h"

#include <string>
#include <utility>
#include <vector>

#include "server/acts.h"
#include "server/admitted.h"
#include "server/assigning.h"
#include "server/record_lists.h"
#include "server/record_wire.h"
#include "server/unsealing.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

using access::Right;

// A call, as it is on its way.
struct Calling {
  const Surroundings& around;
  const char* name;
  grpc::CallbackServerContext* context;
};

// Answers a call that only reads, from a snapshot of its survey, what the
// caller may see by `right`.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Read(const Calling& call, Right right,
                               const Request* request, Response* response,
                               absl::Status (*read)(const Reader&,
                                                    const access::Grant&,
                                                    const Request&,
                                                    Response&)) {
  return Answer(
      call.around, call.name, call.context,
      [call, right, request, response, read]() -> absl::Status {
        ASSIGN_OR_RETURN(const Admitted in, Admit(call.around, *call.context,
                                                  request->survey(), right));
        ASSIGN_OR_RETURN(const auto reader, Disclosed(call.around, in.reader));
        return read(*reader, in.grant, *request, *response);
      });
}

// Does what `ops_of` makes of the record as it is, in the name of who calls.
template <typename Request, typename Response, typename OpsOf>
grpc::ServerUnaryReactor* Act(const Calling& call, Right right,
                              const Request* request, Response* response,
                              OpsOf ops_of) {
  return Answer(
      call.around, call.name, call.context,
      [call, right, request, response, ops_of]() -> absl::Status {
        ASSIGN_OR_RETURN(
            const Admitted in,
            AdmitPerson(call.around, *call.context, request->survey(), right));
        Actor actor;
        actor.person = in.grant.person();
        ASSIGN_OR_RETURN(actor.record, RecordIdFromWire(request->record()));
        actor.seen = {LogName{request->seen().log()}, request->seen().seq()};
        ASSIGN_OR_RETURN(const Record record,
                         FindRecord(*in.reader, in.grant, actor.record));
        ASSIGN_OR_RETURN(std::vector<Op> ops, ops_of(*in.reader, record));
        ASSIGN_OR_RETURN(
            ChangeReceived change,
            MakeAct(*in.reader, actor, std::move(ops), call.around.NowMs()));
        std::vector<ServerEntry> acts;
        acts.emplace_back(std::move(change));
        RETURN_IF_ERROR(Seal(call.around, in.reader->survey(), acts));
        ASSIGN_OR_RETURN(*response->mutable_result(),
                         Do(*in.store, std::move(acts.front())));
        return absl::OkStatus();
      });
}

absl::StatusOr<std::vector<Op>> One(OpKind kind) {
  Op op;
  op.kind = kind;
  return std::vector<Op>{op};
}

absl::StatusOr<std::vector<Op>> ReviewOps(
    const Record& record, const v1::ReviewRecordRequest& request) {
  ASSIGN_OR_RETURN(std::vector<Op> ops, One(OpKind::kReview));
  if (request.status() == v1::RECORD_STATUS_UNSPECIFIED) return ops;
  if (!v1::RecordStatus_IsValid(request.status())) {
    return absl::InvalidArgumentError("status is unknown");
  }
  Op step;
  step.kind = OpKind::kSetStatus;
  step.from = record.status();
  step.to = static_cast<RecordStatus>(request.status());
  ops.push_back(step);
  return ops;
}

// Releases or rejects a change in quarantine, and says what became of it.
template <typename Decision, typename Request, typename Response>
absl::Status Decide(const Surroundings& around,
                    const grpc::CallbackServerContext& context,
                    const Request& request, Response& response) {
  ASSIGN_OR_RETURN(
      const Admitted in,
      AdmitPerson(around, context, request.survey(), Right::kJudgeQuarantine));
  ASSIGN_OR_RETURN(const auto held, in.reader->FindHeld(request.seq()));
  ASSIGN_OR_RETURN(const bool has,
                   HasHeld(*in.reader, in.grant, request.seq()));
  if (!held.has_value() || !has) {
    return absl::NotFoundError(
        StrCat("no change with seq ", request.seq(), " is in quarantine"));
  }
  ASSIGN_OR_RETURN(*response.mutable_result(),
                   Do(*in.store, Decision{request.seq(), in.grant.person()}));
  // What became of the change, not of the decision.
  ASSIGN_OR_RETURN(const auto after, in.store->Snapshot());
  ASSIGN_OR_RETURN(const auto info, after->FindEntry(request.seq()));
  if (info.has_value()) {
    *response.mutable_result()->mutable_outcome() =
        OutcomeToWire(info->outcome);
  }
  return absl::OkStatus();
}

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
  ASSIGN_OR_RETURN(
      const Admitted in,
      AdmitPerson(around, context, request.survey(), Right::kErase));
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
  ASSIGN_OR_RETURN(
      const Admitted in,
      AdmitPerson(around, context, request.survey(), Right::kErase));
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
  return Answer(around_, "EraseRecord", context, [=, this] {
    return EraseOne(around_, *context, *request, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::EraseExpired(
    grpc::CallbackServerContext* context,
    const v1::EraseExpiredRequest* request,
    v1::EraseExpiredResponse* response) {
  return Answer(around_, "EraseExpired", context, [=, this] {
    return EraseOld(around_, *context, *request, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::GetRecord(
    grpc::CallbackServerContext* context, const v1::GetRecordRequest* request,
    v1::GetRecordResponse* response) {
  return Read({around_, "GetRecord", context}, Right::kSeeRecords, request,
              response, &server::GetRecord);
}

grpc::ServerUnaryReactor* RecordService::ListRecords(
    grpc::CallbackServerContext* context, const v1::ListRecordsRequest* request,
    v1::ListRecordsResponse* response) {
  return Read({around_, "ListRecords", context}, Right::kSeeRecords, request,
              response, &server::ListRecords);
}

grpc::ServerUnaryReactor* RecordService::GetHistory(
    grpc::CallbackServerContext* context, const v1::GetHistoryRequest* request,
    v1::GetHistoryResponse* response) {
  return Read({around_, "GetHistory", context}, Right::kSeeRecords, request,
              response, &server::GetHistory);
}

grpc::ServerUnaryReactor* RecordService::ListConflicts(
    grpc::CallbackServerContext* context,
    const v1::ListConflictsRequest* request,
    v1::ListConflictsResponse* response) {
  return Read({around_, "ListConflicts", context}, Right::kSeeRecords, request,
              response, &server::ListConflicts);
}

grpc::ServerUnaryReactor* RecordService::ListQuarantine(
    grpc::CallbackServerContext* context,
    const v1::ListQuarantineRequest* request,
    v1::ListQuarantineResponse* response) {
  return Read({around_, "ListQuarantine", context}, Right::kJudgeQuarantine,
              request, response, &server::ListQuarantine);
}

grpc::ServerUnaryReactor* RecordService::ResolveConflict(
    grpc::CallbackServerContext* context,
    const v1::ResolveConflictRequest* request,
    v1::ResolveConflictResponse* response) {
  return Act({around_, "ResolveConflict", context}, Right::kJudgeRecords,
             request, response,
             [request](const Reader& reader, const Record& record) {
               return ResolvingOps(reader, record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::ReviewRecord(
    grpc::CallbackServerContext* context,
    const v1::ReviewRecordRequest* request,
    v1::ReviewRecordResponse* response) {
  return Act({around_, "ReviewRecord", context}, Right::kJudgeRecords, request,
             response, [request](const Reader&, const Record& record) {
               return ReviewOps(record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecord(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordRequest* request,
    v1::AssignRecordResponse* response) {
  return Act({around_, "AssignRecord", context}, Right::kAssign, request,
             response, [request](const Reader& reader, const Record&) {
               return AssigningOps(reader.survey(), request->area(),
                                   request->assignee());
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecords(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordsRequest* request,
    v1::AssignRecordsResponse* response) {
  return Answer(around_, "AssignRecords", context, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(
        const Admitted in,
        AdmitPerson(around_, *context, request->survey(), Right::kAssign));
    const ActSurroundings around = {
        [this] { return around_.NowMs(); },
        [context] { return context->IsCancelled(); }};
    return server::AssignRecords(*in.store, in.grant, *request, around,
                                 *response);
  });
}

grpc::ServerUnaryReactor* RecordService::DeleteRecord(
    grpc::CallbackServerContext* context,
    const v1::DeleteRecordRequest* request,
    v1::DeleteRecordResponse* response) {
  return Act({around_, "DeleteRecord", context}, Right::kDelete, request,
             response,
             [](const Reader&, const Record&) { return One(OpKind::kDelete); });
}

grpc::ServerUnaryReactor* RecordService::RestoreRecord(
    grpc::CallbackServerContext* context,
    const v1::RestoreRecordRequest* request,
    v1::RestoreRecordResponse* response) {
  return Act(
      {around_, "RestoreRecord", context}, Right::kDelete, request, response,
      [](const Reader&, const Record&) { return One(OpKind::kRestore); });
}

grpc::ServerUnaryReactor* RecordService::ReleaseQuarantine(
    grpc::CallbackServerContext* context,
    const v1::ReleaseQuarantineRequest* request,
    v1::ReleaseQuarantineResponse* response) {
  return Answer(around_, "ReleaseQuarantine", context, [=, this] {
    return Decide<QuarantineReleased>(around_, *context, *request, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::RejectQuarantine(
    grpc::CallbackServerContext* context,
    const v1::RejectQuarantineRequest* request,
    v1::RejectQuarantineResponse* response) {
  return Answer(around_, "RejectQuarantine", context, [=, this] {
    return Decide<QuarantineRejected>(around_, *context, *request, *response);
  });
}

}  // namespace chasqui::server
