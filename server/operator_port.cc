#include "server/operator_port.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <utility>

#include "chasqui/v1/operator_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/errors.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

std::string PathIn(const std::string& data) {
  return StrCat(data, "/operator.sock");
}

// An operator waits for one thing at a time: calls have threads of their own.
class OperatorService final : public v1::OperatorService::Service {
 public:
  OperatorService(OperatorPort::BackUp back_up, EventLog& log)
      : back_up_(std::move(back_up)), log_(log) {}

  grpc::Status BackUp(grpc::ServerContext*, const v1::BackUpRequest* request,
                      v1::BackUpResponse* response) override {
    absl::StatusOr<v1::BackUpResponse> made =
        request->to().starts_with('/')
            ? back_up_(request->to())
            : absl::InvalidArgumentError(StrCat(
                  "\"", request->to(),
                  "\" is no absolute path: the server is somewhere else"));
    log_.SayFailure("BackUp", made.status());
    if (made.ok()) *response = *std::move(made);
    return ToGrpc(made.status());
  }

 private:
  const OperatorPort::BackUp back_up_;
  EventLog& log_;
};

class Port final : public OperatorPort {
 public:
  Port(BackUp back_up, EventLog& log, std::string path)
      : service_(std::move(back_up), log), path_(std::move(path)) {}
  ~Port() override {
    if (server_ == nullptr) return;
    server_->Shutdown();
    server_->Wait();
    unlink(path_.c_str());
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  absl::Status Listen(const std::string& address) {
    grpc::ServerBuilder builder;
    builder.AddListeningPort(address, grpc::InsecureServerCredentials());
    builder.RegisterService(&service_);
    // The socket is nobody else's from the moment it is there.
    const mode_t mask = umask(S_IRWXG | S_IRWXO);
    server_ = builder.BuildAndStart();
    umask(mask);
    if (server_ != nullptr) return absl::OkStatus();
    return absl::UnavailableError(
        StrCat("cannot listen on ", path_, " for what its operator asks"));
  }

 private:
  OperatorService service_;
  const std::string path_;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

std::string OperatorAddress(const std::string& data) {
  return StrCat("unix:", PathIn(data));
}

absl::StatusOr<std::unique_ptr<OperatorPort>> OperatorPort::Open(
    const std::string& data, BackUp back_up, EventLog& log) {
  const std::string path = PathIn(data);
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(
        StrCat(path, " has ", path.size(), " bytes; a socket's name may have ",
               sizeof(sockaddr_un::sun_path) - 1));
  }
  auto port = std::make_unique<Port>(std::move(back_up), log, path);
  if (absl::Status status = port->Listen(OperatorAddress(data)); !status.ok()) {
    return status;
  }
  return port;
}

}  // namespace chasqui::server
