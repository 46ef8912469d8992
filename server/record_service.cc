#include "server/record_service.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_join.h"
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

// The record that a request is about; none, of one that is about more.
template <typename Request>
std::string RecordOf(const Request& request) {
  if constexpr (requires { request.record(); }) {
    return request.record();
  } else {
    return "";
  }
}

// "to lga1, bola": where records are assigned to, and to whom.
std::string AssignedTo(const v1::AssignRecordsRequest& request) {
  std::vector<std::string> to;
  if (!request.to_area().empty()) to.push_back(request.to_area());
  if (!request.to_assignee().empty()) to.push_back(request.to_assignee());
  return StrCat("to ", absl::StrJoin(to, ", "));
}

// What else there is to an act, in words.
template <typename Request>
std::string AboutOf(const Request& request) {
  if constexpr (requires { request.assignee(); }) {
    v1::AssignRecordsRequest many;
    many.set_to_area(request.area());
    many.set_to_assignee(request.assignee());
    return AssignedTo(many);
  } else if constexpr (requires { request.status(); }) {
    return request.status() == v1::RECORD_STATUS_UNSPECIFIED
               ? ""
               : std::string(
                     ToText(static_cast<RecordStatus>(request.status())));
  } else if constexpr (requires { request.path(); }) {
    return request.path();
  } else {
    return "";
  }
}

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
        ASSIGN_OR_RETURN(const Admitted in,
                         Admit(call.around, *call.context, request->survey(),
                               right, {call.name, RecordOf(*request), ""}));
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
            AdmitPerson(call.around, *call.context, request->survey(), right,
                        {call.name, request->record(), AboutOf(*request)}));
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
absl::Status Decide(const Calling& call, const Request& request,
                    Response& response) {
  ASSIGN_OR_RETURN(
      const Admitted in,
      AdmitPerson(call.around, *call.context, request.survey(),
                  Right::kJudgeQuarantine,
                  {call.name, "", StrCat("change ", request.seq())}));
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
  if (call.around.personal == nullptr) return absl::OkStatus();
  return EraseRejected(*after, request.seq(), *call.around.personal);
}

}  // namespace

grpc::ServerUnaryReactor* RecordService::GetRecord(
    grpc::CallbackServerContext* context, const v1::GetRecordRequest* request,
    v1::GetRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "GetRecord", context}, Right::kSeeRecords, request,
              response, &server::GetRecord);
}

grpc::ServerUnaryReactor* RecordService::ListRecords(
    grpc::CallbackServerContext* context, const v1::ListRecordsRequest* request,
    v1::ListRecordsResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "ListRecords", context}, Right::kSeeRecords, request,
              response, &server::ListRecords);
}

grpc::ServerUnaryReactor* RecordService::GetHistory(
    grpc::CallbackServerContext* context, const v1::GetHistoryRequest* request,
    v1::GetHistoryResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "GetHistory", context}, Right::kSeeRecords, request,
              response, &server::GetHistory);
}

grpc::ServerUnaryReactor* RecordService::ListConflicts(
    grpc::CallbackServerContext* context,
    const v1::ListConflictsRequest* request,
    v1::ListConflictsResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "ListConflicts", context}, Right::kSeeRecords, request,
              response, &server::ListConflicts);
}

grpc::ServerUnaryReactor* RecordService::ListQuarantine(
    grpc::CallbackServerContext* context,
    const v1::ListQuarantineRequest* request,
    v1::ListQuarantineResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "ListQuarantine", context}, Right::kJudgeQuarantine,
              request, response, &server::ListQuarantine);
}

grpc::ServerUnaryReactor* RecordService::ResolveConflict(
    grpc::CallbackServerContext* context,
    const v1::ResolveConflictRequest* request,
    v1::ResolveConflictResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Act({around, "ResolveConflict", context}, Right::kJudgeRecords,
             request, response,
             [request](const Reader& reader, const Record& record) {
               return ResolvingOps(reader, record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::ReviewRecord(
    grpc::CallbackServerContext* context,
    const v1::ReviewRecordRequest* request,
    v1::ReviewRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Act({around, "ReviewRecord", context}, Right::kJudgeRecords, request,
             response, [request](const Reader&, const Record& record) {
               return ReviewOps(record, *request);
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecord(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordRequest* request,
    v1::AssignRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Act({around, "AssignRecord", context}, Right::kAssign, request,
             response, [request](const Reader& reader, const Record&) {
               return AssigningOps(reader.survey(), request->area(),
                                   request->assignee());
             });
}

grpc::ServerUnaryReactor* RecordService::AssignRecords(
    grpc::CallbackServerContext* context,
    const v1::AssignRecordsRequest* request,
    v1::AssignRecordsResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(
      around, "AssignRecords", context, [=, &around]() -> absl::Status {
        ASSIGN_OR_RETURN(
            const Admitted in,
            AdmitPerson(around, *context, request->survey(), Right::kAssign,
                        {"AssignRecords", "", AssignedTo(*request)}));
        const ActSurroundings acting = {
            [&around] { return around.NowMs(); },
            [context] { return context->IsCancelled(); }};
        return server::AssignRecords(*in.store, in.grant, *request, acting,
                                     *response);
      });
}

grpc::ServerUnaryReactor* RecordService::DeleteRecord(
    grpc::CallbackServerContext* context,
    const v1::DeleteRecordRequest* request,
    v1::DeleteRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Act({around, "DeleteRecord", context}, Right::kDelete, request,
             response,
             [](const Reader&, const Record&) { return One(OpKind::kDelete); });
}

grpc::ServerUnaryReactor* RecordService::RestoreRecord(
    grpc::CallbackServerContext* context,
    const v1::RestoreRecordRequest* request,
    v1::RestoreRecordResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Act(
      {around, "RestoreRecord", context}, Right::kDelete, request, response,
      [](const Reader&, const Record&) { return One(OpKind::kRestore); });
}

grpc::ServerUnaryReactor* RecordService::GetQuarantined(
    grpc::CallbackServerContext* context,
    const v1::GetQuarantinedRequest* request,
    v1::GetQuarantinedResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Read({around, "GetQuarantined", context}, Right::kJudgeQuarantine,
              request, response, &server::GetQuarantined);
}

grpc::ServerUnaryReactor* RecordService::ReleaseQuarantine(
    grpc::CallbackServerContext* context,
    const v1::ReleaseQuarantineRequest* request,
    v1::ReleaseQuarantineResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "ReleaseQuarantine", context, [=, &around] {
    return Decide<QuarantineReleased>({around, "ReleaseQuarantine", context},
                                      *request, *response);
  });
}

grpc::ServerUnaryReactor* RecordService::RejectQuarantine(
    grpc::CallbackServerContext* context,
    const v1::RejectQuarantineRequest* request,
    v1::RejectQuarantineResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "RejectQuarantine", context, [=, &around] {
    return Decide<QuarantineRejected>({around, "RejectQuarantine", context},
                                      *request, *response);
  });
}

}  // namespace chasqui::server
