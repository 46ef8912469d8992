#include "tests/benchmarks/echo_server.h"

#include <utility>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

// Sync, in bytes.
class EchoService final : public v1::SyncService::WithRawCallbackMethod_Sync<
                              v1::SyncService::WithCallbackMethod_SyncStream<
                                  v1::SyncService::Service>> {
 public:
  explicit EchoService(const std::string& answer)
      : slice_(answer), answer_(&slice_, 1) {}

  grpc::ServerUnaryReactor* Sync(grpc::CallbackServerContext* context,
                                 const grpc::ByteBuffer* /*request*/,
                                 grpc::ByteBuffer* response) override {
    *response = answer_;
    grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

 private:
  const grpc::Slice slice_;
  const grpc::ByteBuffer answer_;
};

class GrpcEchoServer final : public EchoServer {
 public:
  explicit GrpcEchoServer(const std::string& answer) : service_(answer) {}
  ~GrpcEchoServer() override {
    if (server_ != nullptr) server_->Shutdown();
  }

  absl::Status Listen() {
    int port = 0;
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(),
                             &port);
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port == 0) {
      return absl::UnavailableError("cannot listen on loopback");
    }
    address_ = StrCat("127.0.0.1:", port);
    return absl::OkStatus();
  }

  const std::string& address() const override { return address_; }

 private:
  EchoService service_;
  std::string address_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<EchoServer>> EchoServer::Start(
    const std::string& answer) {
  auto server = std::make_unique<GrpcEchoServer>(answer);
  if (absl::Status status = server->Listen(); !status.ok()) return status;
  return server;
}

}  // namespace chasqui::benchmarks
