#ifndef CHASQUI_SERVER_RECORD_SERVICE_H_
#define CHASQUI_SERVER_RECORD_SERVICE_H_

#include "chasqui/v1/record_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

// Serves chasqui.v1.RecordService. Holds no state.
class RecordService final : public v1::RecordService::CallbackService {
 public:
  explicit RecordService(const Organisations& organisations)
      : organisations_(organisations) {}

  grpc::ServerUnaryReactor* GetRecord(grpc::CallbackServerContext* context,
                                      const v1::GetRecordRequest* request,
                                      v1::GetRecordResponse* response) override;
  grpc::ServerUnaryReactor* ListRecords(
      grpc::CallbackServerContext* context,
      const v1::ListRecordsRequest* request,
      v1::ListRecordsResponse* response) override;
  grpc::ServerUnaryReactor* GetHistory(
      grpc::CallbackServerContext* context,
      const v1::GetHistoryRequest* request,
      v1::GetHistoryResponse* response) override;
  grpc::ServerUnaryReactor* ListConflicts(
      grpc::CallbackServerContext* context,
      const v1::ListConflictsRequest* request,
      v1::ListConflictsResponse* response) override;
  grpc::ServerUnaryReactor* ListQuarantine(
      grpc::CallbackServerContext* context,
      const v1::ListQuarantineRequest* request,
      v1::ListQuarantineResponse* response) override;

  grpc::ServerUnaryReactor* ResolveConflict(
      grpc::CallbackServerContext* context,
      const v1::ResolveConflictRequest* request,
      v1::ResolveConflictResponse* response) override;
  grpc::ServerUnaryReactor* ReviewRecord(
      grpc::CallbackServerContext* context,
      const v1::ReviewRecordRequest* request,
      v1::ReviewRecordResponse* response) override;
  grpc::ServerUnaryReactor* AssignRecord(
      grpc::CallbackServerContext* context,
      const v1::AssignRecordRequest* request,
      v1::AssignRecordResponse* response) override;
  grpc::ServerUnaryReactor* AssignRecords(
      grpc::CallbackServerContext* context,
      const v1::AssignRecordsRequest* request,
      v1::AssignRecordsResponse* response) override;
  grpc::ServerUnaryReactor* DeleteRecord(
      grpc::CallbackServerContext* context,
      const v1::DeleteRecordRequest* request,
      v1::DeleteRecordResponse* response) override;
  grpc::ServerUnaryReactor* RestoreRecord(
      grpc::CallbackServerContext* context,
      const v1::RestoreRecordRequest* request,
      v1::RestoreRecordResponse* response) override;
  grpc::ServerUnaryReactor* GetQuarantined(
      grpc::CallbackServerContext* context,
      const v1::GetQuarantinedRequest* request,
      v1::GetQuarantinedResponse* response) override;
  grpc::ServerUnaryReactor* EraseRecord(
      grpc::CallbackServerContext* context,
      const v1::EraseRecordRequest* request,
      v1::EraseRecordResponse* response) override;
  grpc::ServerUnaryReactor* EraseExpired(
      grpc::CallbackServerContext* context,
      const v1::EraseExpiredRequest* request,
      v1::EraseExpiredResponse* response) override;
  grpc::ServerUnaryReactor* ReleaseQuarantine(
      grpc::CallbackServerContext* context,
      const v1::ReleaseQuarantineRequest* request,
      v1::ReleaseQuarantineResponse* response) override;
  grpc::ServerUnaryReactor* RejectQuarantine(
      grpc::CallbackServerContext* context,
      const v1::RejectQuarantineRequest* request,
      v1::RejectQuarantineResponse* response) override;

 private:
  const Organisations& organisations_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_RECORD_SERVICE_H_
