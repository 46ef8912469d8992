#ifndef CHASQUI_SERVER_SYNC_SERVICE_H_
#define CHASQUI_SERVER_SYNC_SERVICE_H_

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "server/surroundings.h"

namespace chasqui::server {

// Serves chasqui.v1.SyncService. Holds no state.
class SyncService final : public v1::SyncService::CallbackService {
 public:
  explicit SyncService(const Surroundings& around) : around_(around) {}

  grpc::ServerUnaryReactor* Sync(grpc::CallbackServerContext* context,
                                 const v1::SyncRequest* request,
                                 v1::SyncResponse* response) override;
  grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>* SyncStream(
      grpc::CallbackServerContext* context) override;

 private:
  const Surroundings& around_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SYNC_SERVICE_H_
