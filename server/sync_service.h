#ifndef CHASQUI_SERVER_SYNC_SERVICE_H_
#define CHASQUI_SERVER_SYNC_SERVICE_H_

#include <memory>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

class SyncStreams;

// Serves chasqui.v1.SyncService. Knows which streams are open, and no more.
class SyncService final : public v1::SyncService::CallbackService {
 public:
  explicit SyncService(const Organisations& organisations);
  ~SyncService() override;

  grpc::ServerUnaryReactor* Sync(grpc::CallbackServerContext* context,
                                 const v1::SyncRequest* request,
                                 v1::SyncResponse* response) override;
  grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>* SyncStream(
      grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* HandIn(grpc::CallbackServerContext* context,
                                   const v1::HandInRequest* request,
                                   v1::HandInResponse* response) override;

  // Ends the streams: each when its exchange under way is answered, new ones
  // at once, all with UNAVAILABLE. A device leaves its stream open while it has
  // nothing to say, and would be waited for.
  void Drain();

 private:
  const Organisations& organisations_;
  const std::unique_ptr<SyncStreams> streams_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SYNC_SERVICE_H_
