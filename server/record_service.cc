#include "server/record_service.h"

#include <string>
#include <utility>
#include <vector>

#include "server/acts.h"
#include "server/assigning.h"
#include "server/record_lists.h"
#include "server/record_wire.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

// Answers a call that only reads, from a snapshot of its survey.
template <typename Request, typename Response>
grpc::ServerUnaryReactor* Read(const Surroundings& around, const char* call,
                               grpc::CallbackServerContext* context,
                               const Request* request, Response* response,
                               absl::Status (*read)(const Reader&,
                                                    const Request&,
                                                    Response&)) {
  return Answer(around, call, context,
                [&around, request, response, read]() -> absl::Status {
                  ASSIGN_OR_RETURN(const SurveyStore* const store,
                                   around.catalog.Find(request->survey()));
                  ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
                  return read(*reader, *request, *response);
                });
}

// Does what `ops_of` makes of the record as it is, in the name of who calls.
template <typename Request, typename Response, typename OpsOf>
grpc::ServerUnaryReactor* Act(const Surroundings& around, const char* call,
                              grpc::CallbackServerContext* context,
                              const Request* request, Response* response,
                              OpsOf ops_of) {
  return Answer(
      around, call, context,
      [&around, context, request, response, ops_of]() -> absl::Status {
        Actor actor;
        ASSIGN_OR_RETURN(actor.person, around.authenticator.Person(*context));
        ASSIGN_OR_RETURN(actor.record, RecordIdFromWire(request->record()));
        actor.seen = {LogName{request->seen().log()}, request->seen().seq()};
        ASSIGN_OR_RETURN(SurveyStore* const store,
                         around.catalog.Find(request->survey()));
        ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
        ASSIGN_OR_RETURN(const Record record,
                         FindRecord(*reader, actor.record));
        ASSIGN_OR_RETURN(std::vector<Op> ops, ops_of(*reader, record));
        ASSIGN_OR_RETURN(
            ChangeReceived change,
            MakeAct(*reader, actor, std::move(ops), around.NowMs()));
        ASSIGN_OR_RETURN(*response->mutable_result(),
                         Do(*store, std::move(change)));
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
  ASSIGN_OR_RETURN(const std::string person,
                   around.authenticator.Person(context));
  ASSIGN_OR_RETURN(SurveyStore* const store,
                   around.catalog.Find(request.survey()));
  ASSIGN_OR_RETURN(auto reader, store->Snapshot());
  const Member* const member = reader->survey().FindMember(person);
  if (member == nullptr || member->left != 0 || !Supervises(member->role)) {
    return absl::PermissionDeniedError(
        "only an owner, survey manager or supervisor of the survey decides "
        "about quarantine");
  }
  ASSIGN_OR_RETURN(const auto held, reader->FindHeld(request.seq()));
  if (!held.has_value()) {
    return absl::NotFoundError(
        StrCat("no change with seq ", request.seq(), " is in quarantine"));
  }
  ASSIGN_OR_RETURN(*response.mutable_result(),
                   Do(*store, Decision{request.seq(), person}));
  // What became of the change, not of the decision.
  ASSIGN_OR_RETURN(reader, store->Snapshot());
  ASSIGN_OR_RETURN(const auto info, reader->FindEntry(request.seq()));
  if (info.has_value()) {
    *response.mutable_result()->mutable_outcome() =
        OutcomeToWire(info->outcome);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::GetRecord(
    grpc::CallbackServerContext* context, const v1::GetRecordRequest* request,
    v1::GetRecordResponse* response) {
  return Read(around_, "GetRecord", context, request, response,
              &server::GetRecord);
}

grpc::ServerUnaryReactor* RecordService::ListRecords(
    grpc::CallbackServerContext* context, const v1::ListRecordsRequest* request,
    v1::ListRecordsResponse* response) {
  return Read(around_, "ListRecords", context, request, response,
              &server::ListRecords);
}

grpc::ServerUnaryReactor* RecordService::GetHistory(
    grpc::CallbackServerContext* context, const v1::GetHistoryRequest* request,
    v1::GetHistoryResponse* response) {
  return Read(around_, "GetHistory", context, request, response,
              &server::GetHistory);
}

grpc::ServerUnaryReactor* RecordService::ListConflicts(
    grpc::CallbackServerContext* context,
    const v1::ListConflictsRequest* request,
    v1::ListConflictsResponse* response) {
  return Read(around_, "ListConflicts", context, request, response,
              &server::ListConflicts);
}

grpc::ServerUnaryReactor* RecordService::ListQuarantine(
    grpc::CallbackServerContext* context,
    const v1::ListQuarantineRequest* request,
    v1::ListQuarantineResponse* response) {
  return Read(around_, "ListQuarantine", context, request, response,
              &server::ListQuarantine);
}

grpc::ServerUnaryReactor* RecordService::ResolveConflict(
    grpc::CallbackServerContext* context,
    const v1::ResolveConflictRequest* request,
    v1::ResolveConflictResponse* response) {
  return Act(around_, "ResolveConflict", context, request, response,
             [request](const Reader& reader, const Record& record) {
               return ResolvingOps(reader, record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::ReviewRecord(
    grpc::CallbackServerContext* context,
    const v1::ReviewRecordRequest* request,
    v1::ReviewRecordResponse* response) {
  return Act(around_, "ReviewRecord", context, request, response,
             [request](const Reader&, const Record& record) {
               return ReviewOps(record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecord(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordRequest* request,
    v1::AssignRecordResponse* response) {
  return Act(around_, "AssignRecord", context, request, response,
             [request](const Reader& reader, const Record&) {
               return AssigningOps(reader.survey(), request->area(),
                                   request->assignee());
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecords(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordsRequest* request,
    v1::AssignRecordsResponse* response) {
  return Answer(around_, "AssignRecords", context, [=, this]() -> absl::Status {
    ASSIGN_OR_RETURN(const std::string person,
                     around_.authenticator.Person(*context));
    ASSIGN_OR_RETURN(SurveyStore* const store,
                     around_.catalog.Find(request->survey()));
    const ActSurroundings around = {
        [this] { return around_.NowMs(); },
        [context] { return context->IsCancelled(); }};
    return server::AssignRecords(*store, person, *request, around, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::DeleteRecord(
    grpc::CallbackServerContext* context,
    const v1::DeleteRecordRequest* request,
    v1::DeleteRecordResponse* response) {
  return Act(around_, "DeleteRecord", context, request, response,
             [](const Reader&, const Record&) { return One(OpKind::kDelete); });
}

grpc::ServerUnaryReactor* RecordService::RestoreRecord(
    grpc::CallbackServerContext* context,
    const v1::RestoreRecordRequest* request,
    v1::RestoreRecordResponse* response) {
  return Act(
      around_, "RestoreRecord", context, request, response,
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
