#ifndef CHASQUI_SERVER_EXPORT_SERVICE_H_
#define CHASQUI_SERVER_EXPORT_SERVICE_H_

#include "chasqui/v1/export_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

// Serves chasqui.v1.ExportService. Holds no state.
class ExportService final : public v1::ExportService::CallbackService {
 public:
  explicit ExportService(const Organisations& organisations)
      : organisations_(organisations) {}

  grpc::ServerWriteReactor<v1::ExportTablesResponse>* ExportTables(
      grpc::CallbackServerContext* context,
      const v1::ExportTablesRequest* request) override;

  grpc::ServerWriteReactor<v1::ExportArrowResponse>* ExportArrow(
      grpc::CallbackServerContext* context,
      const v1::ExportArrowRequest* request) override;

  grpc::ServerUnaryReactor* DescribeLog(
      grpc::CallbackServerContext* context,
      const v1::DescribeLogRequest* request,
      v1::DescribeLogResponse* response) override;

 private:
  const Organisations& organisations_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EXPORT_SERVICE_H_
