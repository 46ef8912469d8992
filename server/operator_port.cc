#include "server/operator_port.h"

#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <utility>

#include "chasqui/v1/operator_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

constexpr std::chrono::seconds kDrain(1);

std::string PathIn(const std::string& data) {
  return StrCat(data, "/operator.sock");
}

// An operator waits for one thing at a time: calls have threads of their own.
class OperatorService final : public v1::OperatorService::Service {
 public:
  explicit OperatorService(OperatorPort::BackUp back_up)
      : back_up_(std::move(back_up)) {}

  grpc::Status BackUp(grpc::ServerContext*, const v1::BackUpRequest* request,
                      v1::BackUpResponse* response) override {
    const MutexLock one_at_a_time(busy_);
    absl::Status status = Check(*request);
    if (status.ok()) {
      absl::StatusOr<v1::BackUpResponse> made = back_up_(request->to());
      status = made.status();
      if (made.ok()) *response = *std::move(made);
    }
    // In full: who asks may read the server's log.
    return {static_cast<grpc::StatusCode>(status.code()),
            std::string(status.message())};
  }

  void Close() { closing_ = true; }
  void AwaitEnd() ABSL_LOCKS_EXCLUDED(busy_) {
    Close();
    const MutexLock idle(busy_);
  }

 private:
  absl::Status Check(const v1::BackUpRequest& request) const {
    if (closing_) return absl::UnavailableError("the server is closing");
    if (!request.to().starts_with('/')) {
      return absl::InvalidArgumentError(
          StrCat("\"", request.to(),
                 "\" is no absolute path: the server is somewhere else"));
    }
    struct stat found {};
    if (stat(request.to().c_str(), &found) == 0 &&
        found.st_dev == request.device() && found.st_ino == request.inode()) {
      return absl::OkStatus();
    }
    return absl::FailedPreconditionError(StrCat(
        "the server does not see that directory under the name ", request.to(),
        ": it may have files of its own, as in a container, or with "
        "PrivateTmp"));
  }

  Mutex busy_;
  const OperatorPort::BackUp back_up_;
  std::atomic<bool> closing_ = false;
};

class Port final : public OperatorPort {
 public:
  Port(BackUp back_up, std::string path)
      : service_(std::move(back_up)), path_(std::move(path)) {}
  ~Port() override {
    if (server_ == nullptr) return;
    // Its answer still goes out; whatever else is open is cut.
    service_.AwaitEnd();
    server_->Shutdown(std::chrono::system_clock::now() + kDrain);
    server_->Wait();
    unlink(path_.c_str());
  }
  Port(const Port&) = delete;
  Port& operator=(const Port&) = delete;

  void Close() override { service_.Close(); }

  absl::Status Listen(const std::string& address,
                      const std::function<void(grpc::ServerBuilder&)>& add) {
    grpc::ServerBuilder builder;
    if (add) add(builder);
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
    const std::string& data, BackUp back_up,
    const std::function<void(grpc::ServerBuilder&)>& add) {
  const std::string path = PathIn(data);
  if (path.size() >= sizeof(sockaddr_un::sun_path)) {
    return absl::InvalidArgumentError(
        StrCat(path, " has ", path.size(), " bytes; a socket's name may have ",
               sizeof(sockaddr_un::sun_path) - 1));
  }
  auto port = std::make_unique<Port>(std::move(back_up), path);
  if (absl::Status status = port->Listen(OperatorAddress(data), add);
      !status.ok()) {
    return status;
  }
  return port;
}

}  // namespace chasqui::server
