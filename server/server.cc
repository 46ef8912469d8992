#include "server/server.h"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <thread>

#include "absl/strings/numbers.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "server/export_service.h"
#include "server/limits.h"
#include "server/progress_service.h"
#include "server/record_service.h"
#include "server/survey_service.h"
#include "server/sync_service.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

// Once a process, and before the first builder.
void EnablePlugins() {
  static const bool kDone = [] {
    grpc::EnableDefaultHealthCheckService(true);
    grpc::reflection::InitProtoReflectionServerBuilderPlugin();
    return true;
  }();
  static_cast<void>(kDone);
}

void SetLimits(grpc::ServerBuilder& builder) {
  builder.SetMaxReceiveMessageSize(kMessageBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_METADATA_SIZE, kMetadataBytesMax);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                             kStreamsPerConnectionMax);
  builder.AddChannelArgument(
      GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
      kPingIntervalMinMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS,
                             kKeepaliveTimeoutMs);
  // What is asked to estimate the bandwidth costs a slow link more than it
  // gains: the window is as large as it may become, from the start.
  builder.AddChannelArgument(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES,
                             kStreamWindowBytes);
  // Two servers on one port would each get some of the calls.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  grpc::ResourceQuota quota("chasqui");
  quota.Resize(kMemoryBytesMax);
  builder.SetResourceQuota(quota);
}

class GrpcServer final : public Server {
 public:
  GrpcServer(const ServerOptions& options, Catalog& catalog,
             const Authenticator& authenticator, Clock& clock, EventLog& log)
      : budget_(options.exchange_bytes_per_s),
        workers_(std::max(4U, std::thread::hardware_concurrency())),
        around_{catalog,   authenticator, clock,  log,
                contacts_, workers_,      budget_},
        sync_(around_),
        surveys_(around_),
        records_(around_),
        progress_(around_),
        export_(around_) {}

  ~GrpcServer() override { Drain(); }

  absl::Status Listen(const std::string& address) {
    EnablePlugins();
    grpc::ServerBuilder builder;
    SetLimits(builder);
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(),
                             &port_);
    builder.RegisterService(&sync_);
    builder.RegisterService(&surveys_);
    builder.RegisterService(&records_);
    builder.RegisterService(&progress_);
    builder.RegisterService(&export_);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      server_.reset();
      return absl::UnavailableError(StrCat("cannot listen on ", address));
    }
    return absl::OkStatus();
  }

  int port() const override { return port_; }

  void Drain() override {
    if (server_ == nullptr) return;
    if (auto* const health = server_->GetHealthCheckService()) {
      health->SetServingStatus(false);
    }
    sync_.Drain();
    server_->Shutdown(std::chrono::system_clock::now() +
                      std::chrono::milliseconds(kDrainMs));
    server_->Wait();
    server_.reset();
  }

 private:
  // In this order: workers end before what they use goes.
  Contacts contacts_;
  ByteBudget budget_;
  Workers workers_;
  const Surroundings around_;
  SyncService sync_;
  SurveyService surveys_;
  RecordService records_;
  ProgressService progress_;
  ExportService export_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace

bool IsLoopback(const std::string& listen) {
  const std::string_view address = listen;
  const std::string_view host = address.substr(0, address.rfind(':'));
  if (host == "localhost" || host == "[::1]") return true;
  // 127.0.0.0/8, and not a name that looks like it.
  return host.substr(0, 4) == "127." &&
         host.find_first_not_of("0123456789.") == std::string_view::npos;
}

namespace {

// gRPC would take "127.0.0.1:99999" for port 34463.
absl::Status CheckListen(const std::string& listen) {
  constexpr std::uint32_t kPortMax = 65'535;
  const std::size_t colon = listen.rfind(':');
  std::uint32_t port = 0;
  const bool good = colon != std::string::npos && colon > 0 &&
                    absl::SimpleAtoi(listen.substr(colon + 1), &port) &&
                    port <= kPortMax;
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat("\"", listen, "\" is no place to listen: give HOST:PORT, such as ",
             "127.0.0.1:7707, with a port up to ", kPortMax));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, Catalog& catalog,
    const Authenticator& authenticator, Clock& clock, EventLog& log) {
  RETURN_IF_ERROR(CheckListen(options.listen));
  if (!options.insecure_listen && !IsLoopback(options.listen)) {
    return absl::InvalidArgumentError(StrCat(
        options.listen,
        " can be reached from other machines, and nothing is encrypted: listen "
        "on 127.0.0.1 behind a proxy, or insist with --insecure-listen"));
  }
  auto server =
      std::make_unique<GrpcServer>(options, catalog, authenticator, clock, log);
  if (absl::Status status = server->Listen(options.listen); !status.ok()) {
    return status;
  }
  return server;
}

}  // namespace chasqui::server
