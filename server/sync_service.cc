#include "server/sync_service.h"

#include <string>
#include <utility>

#include "server/exchange.h"

namespace chasqui::server {
namespace {

using Reactor = grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>;

// Answers one request after the other. The next is read when the answer to the
// one before is on its way, so that a stream holds one exchange at a time.
class Stream final : public Reactor {
 public:
  Stream(const Surroundings& around, absl::StatusOr<std::string> device)
      : around_(around) {
    if (!device.ok()) {
      Finish(ToGrpc(device.status()));
      return;
    }
    device_ = *std::move(device);
    StartRead(&request_);
  }

  void OnReadDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::OK);  // the device is through
    response_.Clear();
    Exchange(around_, device_, request_, response_,
             [this](const absl::Status& status) {
               if (!status.ok()) return Finish(ToGrpc(status));
               StartWrite(&response_);
             });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return Finish(grpc::Status::CANCELLED);
    StartRead(&request_);
  }

  void OnDone() override { delete this; }

 private:
  const Surroundings& around_;
  std::string device_;
  v1::SyncRequest request_;
  v1::SyncResponse response_;
};

}  // namespace

grpc::ServerUnaryReactor* SyncService::Sync(
    grpc::CallbackServerContext* context, const v1::SyncRequest* request,
    v1::SyncResponse* response) {
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<std::string> device =
      around_.authenticator.Device(*context);
  if (!device.ok()) {
    reactor->Finish(ToGrpc(device.status()));
    return reactor;
  }
  Exchange(around_, *device, *request, *response,
           [reactor](const absl::Status& status) {
             reactor->Finish(ToGrpc(status));
           });
  return reactor;
}

grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>*
SyncService::SyncStream(grpc::CallbackServerContext* context) {
  return new Stream(around_, around_.authenticator.Device(*context));
}

}  // namespace chasqui::server
