#include "server/server.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <set>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "grpcpp/ext/proto_server_reflection_plugin.h"
#include "grpcpp/grpcpp.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "server/connect/connect_server.h"
#include "server/limits.h"
#include "server/organisations.h"
#include "server/place.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

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
  builder.AddChannelArgument(GRPC_ARG_SERVER_HANDSHAKE_TIMEOUT_MS,
                             kHandshakeMs);
  builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_IDLE_MS,
                             kConnectionIdleMs);
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

// The services over HTTP/1.1, through a server of gRPC that only this process
// can reach. It has one of its own because an in-process transport is cut when
// its server is shut down, whatever is under way.
class HttpPort {
 public:
  HttpPort(const Organisations& organisations, bool have_members)
      : services_(organisations, have_members) {}
  ~HttpPort() {
    if (in_process_ != nullptr) in_process_->Shutdown();
  }
  HttpPort(const HttpPort&) = delete;
  HttpPort& operator=(const HttpPort&) = delete;

  // `tls` may be null.
  absl::Status Listen(const std::string& address, TlsIdentity* tls) {
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
                   address, limits, in_process_->InProcessChannel(arguments),
                   tls == nullptr ? connect::TlsSource()
                                  : [tls] { return tls->ForHttp(); }));
    return absl::OkStatus();
  }

  int port() const { return http_->port(); }
  connect::ConnectServer& server() { return *http_; }

 private:
  Services services_;
  std::unique_ptr<grpc::Server> in_process_;
  std::unique_ptr<connect::ConnectServer> http_;
};

class GrpcServer final : public Server {
 public:
  GrpcServer(const ServerOptions& options, const std::vector<Hosted>& all,
             Clock& clock, EventLog& log)
      : clock_(clock),
        log_(log),
        workers_(std::max(4U, std::thread::hardware_concurrency())),
        budget_(options.exchange_bytes_per_s),
        places_(PlacesOf(all, {clock, log, workers_, budget_, options.limits,
                               options.behind_proxy})),
        organisations_(OrganisationsIn(places_)),
        have_members_(all.front().organisation != nullptr),
        services_(organisations_, have_members_) {}

  // Workers end before what they use goes.
  ~GrpcServer() override {
    Drain();
    workers_.End();
  }

  // What it listens with, from then on.
  absl::Status Encrypt(const TlsFiles& files) {
    if (files.empty()) return absl::OkStatus();
    ASSIGN_OR_RETURN(tls_, TlsIdentity::Open(files, clock_, log_));
    return absl::OkStatus();
  }

  absl::Status Listen(const std::string& address) {
    EnablePlugins();
    grpc::ServerBuilder builder;
    SetLimits(builder);
    builder.AddListeningPort(
        address,
        tls_ == nullptr ? grpc::InsecureServerCredentials() : tls_->ForGrpc(),
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
    auto http = std::make_unique<HttpPort>(organisations_, have_members_);
    RETURN_IF_ERROR(http->Listen(address, tls_.get()));
    http_ = std::move(http);
    return absl::OkStatus();
  }

  void AddForOperator(std::string_view organisation,
                      grpc::ServerBuilder& builder) override {
    builder.SetMaxReceiveMessageSize(kMessageBytesMax);
    const auto place = std::find_if(
        places_.begin(), places_.end(),
        [&](const auto& each) { return each->around().name == organisation; });
    CHECK(place != places_.end());
    (*place)->operator_services().RegisterWith(builder);
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
    for (const auto& place : places_) place->operator_services().Drain();
    server_->Shutdown(absl::ToChronoTime(until));
    server_->Wait();
    if (http_ != nullptr) http_->server().Await(until);
    http_.reset();
    server_.reset();
  }

 private:
  Clock& clock_;
  EventLog& log_;
  Workers workers_;
  ByteBudget budget_;
  const Places places_;
  const Organisations organisations_;
  const bool have_members_;
  Services services_;
  int port_ = 0;
  std::unique_ptr<TlsIdentity> tls_;  // null: nothing is encrypted
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

absl::Status MayListen(const std::string& listen,
                       const ServerOptions& options) {
  RETURN_IF_ERROR(CheckListen(listen));
  if (options.behind_proxy || !options.tls.empty() || IsLoopback(listen)) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(StrCat(
      listen,
      " can be reached from other machines, and nothing is encrypted: give a "
      "certificate, with --tls-cert and --tls-key, or listen on 127.0.0.1, or "
      "say that a proxy in front encrypts, with --behind-proxy"));
}

absl::Status CheckOrganisations(const std::vector<Hosted>& all) {
  if (all.size() > kOrganisationsMax) {
    return absl::InvalidArgumentError(
        StrCat("a server serves up to ", kOrganisationsMax, " organisations"));
  }
  std::set<std::string> names;
  for (const Hosted& hosted : all) {
    if (!IsName(hosted.name) || !names.insert(hosted.name).second) {
      return absl::InvalidArgumentError(StrCat(
          "\"", hosted.name, "\" cannot name an organisation, or names two"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Server>> Server::Start(
    const ServerOptions& options, const std::vector<Hosted>& all, Clock& clock,
    EventLog& log) {
  RETURN_IF_ERROR(MayListen(options.listen, options));
  const bool over_http = !options.http_listen.empty();
  if (over_http) {
    RETURN_IF_ERROR(MayListen(options.http_listen, options));
  }
  RETURN_IF_ERROR(CheckOrganisations(all));
  auto server = std::make_unique<GrpcServer>(options, all, clock, log);
  RETURN_IF_ERROR(server->Encrypt(options.tls));
  RETURN_IF_ERROR(server->Listen(options.listen));
  if (over_http) RETURN_IF_ERROR(server->ListenHttp(options.http_listen));
  return server;
}

}  // namespace chasqui::server
