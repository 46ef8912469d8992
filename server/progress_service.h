#ifndef CHASQUI_SERVER_PROGRESS_SERVICE_H_
#define CHASQUI_SERVER_PROGRESS_SERVICE_H_

#include "chasqui/v1/progress_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

// Serves chasqui.v1.ProgressService. Holds no state.
class ProgressService final : public v1::ProgressService::CallbackService {
 public:
  explicit ProgressService(const Organisations& organisations)
      : organisations_(organisations) {}

  grpc::ServerUnaryReactor* GetProgress(
      grpc::CallbackServerContext* context,
      const v1::GetProgressRequest* request,
      v1::GetProgressResponse* response) override;
  grpc::ServerWriteReactor<v1::WatchProgressResponse>* WatchProgress(
      grpc::CallbackServerContext* context,
      const v1::WatchProgressRequest* request) override;

 private:
  const Organisations& organisations_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PROGRESS_SERVICE_H_
