#include "server/server.h"

#include <algorithm>
#include <string_view>
#include <thread>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "server/access_service.h"
#include "server/connect/connect_server.h"
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

// One of each service. They share no state, so there may be several.
class Services {
 public:
  explicit Services(const Surroundings& around)
      : has_members_(around.organisation != nullptr),
        sync_(around),
        surveys_(around),
        records_(around),
        progress_(around),
        export_(around),
        access_(around) {}

  void RegisterWith(grpc::ServerBuilder& builder) {
    if (has_members_) builder.RegisterService(&access_);
    builder.RegisterService(&sync_);
    builder.RegisterService(&surveys_);
    builder.RegisterService(&records_);
    builder.RegisterService(&progress_);
    builder.RegisterService(&export_);
  }

  // Ends the streams that wait for their devices.
  void Drain() { sync_.Drain(); }

 private:
  const bool has_members_;
  SyncService sync_;
  SurveyService surveys_;
  RecordService records_;
  ProgressService progress_;
  ExportService export_;
  AccessService access_;
};

// The services over HTTP/1.1, through a server of gRPC that only this process
// can reach. It has one of its own because an in-process transport is cut when
// its server is shut down, whatever is under way.
class HttpPort {
 public:
  explicit HttpPort(const Surroundings& around) : services_(around) {}
  ~HttpPort() {
    if (in_process_ != nullptr) in_process_->Shutdown();
  }
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  absl::Status Listen(const std::string& address) {
    grpc::ServerBuilder builder;
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    services_.RegisterWith(builder);
    in_process_ = builder.BuildAndStart();
    if (in_process_ == nullptr) {
      return absl::UnavailableError("the services cannot be started");
    }
    grpc::ChannelArguments arguments;
    arguments.SetMaxReceiveMessageSize(-1);
    connect::HttpLimits limits;
    limits.message_bytes = kMessageBytesMax;
    limits.head_bytes = kMetadataBytesMax;
    ASSIGN_OR_RETURN(
        http_, connect::ConnectServer::Start(
                   address, limits, in_process_->InProcessChannel(arguments)));
    return absl::OkStatus();
  }

  int port() const { return http_->port(); }
  connect::ConnectServer& server() { return *http_; }

 private:
  Services services_;
  std::unique_ptr<grpc::Server> in_process_;
  std::unique_ptr<connect::ConnectServer> http_;
};

Surroundings WithNamesBelieved(const Surroundings& around) {
  static const MetadataAuthenticator* const kNames =
      new MetadataAuthenticator();
  return {
      around.catalog,  *kNames,        around.clock,        around.log,
      around.contacts, around.workers, around.budget,       around.statistics,
      around.indexes,  around.keyring, around.organisation, around.personal};
}

class GrpcServer final : public Server {
 public:
  GrpcServer(const ServerOptions& options, Catalog& catalog,
             const Authenticator& authenticator, Clock& clock, EventLog& log)
      : workers_(std::max(4U, std::thread::hardware_concurrency())),
        statistics_(workers_),
        budget_(options.exchange_bytes_per_s),
        around_{catalog,
                authenticator,
                clock,
                log,
                contacts_,
                workers_,
                budget_,
                statistics_,
                indexes_,
                options.keyring,
                options.organisation,
                options.personal},
        operating_(WithNamesBelieved(around_)),
        services_(around_),
        operator_services_(operating_) {}

  // Workers end before what they use goes.
  ~GrpcServer() override {
    Drain();
    workers_.End();
  }

  absl::Status Listen(const std::string& address) {
    EnablePlugins();
    grpc::ServerBuilder builder;
    SetLimits(builder);
    builder.AddListeningPort(address, grpc::InsecureServerCredentials(),
                             &port_);
    services_.RegisterWith(builder);
    server_ = builder.BuildAndStart();
    if (server_ == nullptr || port_ == 0) {
      server_.reset();
      return absl::UnavailableError(StrCat("cannot listen on ", address));
    }
    return absl::OkStatus();
  }

  absl::Status ListenHttp(const std::string& address) {
    auto http = std::make_unique<HttpPort>(around_);
    RETURN_IF_ERROR(http->Listen(address));
    http_ = std::move(http);
    return absl::OkStatus();
  }

  void AddForOperator(grpc::ServerBuilder& builder) override {
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    operator_services_.RegisterWith(builder);
  }

  int port() const override { return port_; }
  int http_port() const override { return http_ ? http_->port() : 0; }

  void Drain() override {
    if (server_ == nullptr) return;
    const absl::Time until = absl::Now() + absl::Milliseconds(kDrainMs);
    if (http_ != nullptr) http_->server().Drain();
    if (auto* const health = server_->GetHealthCheckService()) {
      health->SetServingStatus(false);
    }
    services_.Drain();
    operator_services_.Drain();
    server_->Shutdown(absl::ToChronoTime(until));
    server_->Wait();
    if (http_ != nullptr) http_->server().Await(until);
    http_.reset();
    server_.reset();
  }

 private:
  Contacts contacts_;
  Workers workers_;
  StatisticsShelf statistics_;
  ByteBudget budget_;
  BucketIndexes indexes_{kIndexedRecordsMax};
  const Surroundings around_;
  const Surroundings operating_;
  Services services_;
  Services operator_services_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
  std::unique_ptr<HttpPort> http_;
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

absl::Status MayListen(const std::string& listen, bool behind_proxy) {
  RETURN_IF_ERROR(CheckListen(listen));
  if (behind_proxy || IsLoopback(listen)) return absl::OkStatus();
  return absl::InvalidArgumentError(StrCat(
      listen,
      " can be reached from other machines, and nothing is encrypted: listen "
      "on 127.0.0.1, or say that a proxy in front encrypts, with "
      "--behind-proxy"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, Catalog& catalog,
    const Authenticator& authenticator, Clock& clock, EventLog& log) {
  RETURN_IF_ERROR(MayListen(options.listen, options.behind_proxy));
  const bool over_http = !options.http_listen.empty();
  if (over_http) {
    RETURN_IF_ERROR(MayListen(options.http_listen, options.behind_proxy));
  }
  auto server =
      std::make_unique<GrpcServer>(options, catalog, authenticator, clock, log);
  RETURN_IF_ERROR(server->Listen(options.listen));
  if (over_http) RETURN_IF_ERROR(server->ListenHttp(options.http_listen));
  return server;
}

}  // namespace chasqui::server
