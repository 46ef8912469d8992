#include "client/grpc_transport.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "client/device.h"
#include "client/exchange_wire.h"
#include "client/grpc_calls.h"
#include "client/grpc_tls.h"
#include "client/http_exchange.h"
#include "sync/base/status_macros.h"
#include "sync/wire/loose.h"

namespace chasqui::client {
namespace {

// Between tries to connect.
constexpr int kReconnectFirstMs = 200;
constexpr int kReconnectMaxMs = 2'000;
// What a try may take at least (that is what gRPC means by the least backoff):
// two round trips of a link that is seconds away, and a lost SYN.
constexpr int kConnectMs = 20'000;
// A response carries one record in any case, however large.
constexpr int kMessageBytesMax = 64 << 20;
// What the server may send before we have read it; see server/limits.h.
constexpr int kWindowBytes = 1 << 20;

std::shared_ptr<grpc::Channel> Connect(const std::string& address,
                                       const std::shared_ptr<ServerTls>& tls) {
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kWindowBytes);
  arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
  if (tls == nullptr) {
    return grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments);
  }
  return EncryptedChannel(address, tls, arguments);
}

class UnaryCall final : public GrpcCall {
 public:
  void TryCancel() override { context.TryCancel(); }

  std::uint64_t id = 0;
  grpc::ClientContext context;
  Request said;  // with what the answer is read
  v1::SyncRequest request;
  v1::SyncResponse response;
};

class UnaryTransport final : public GrpcCarrier {
 public:
  UnaryTransport(const std::string& address, std::string device,
                 std::shared_ptr<ServerTls> tls)
      : GrpcCarrier(address, std::move(device), std::move(tls)) {}

  void Send(std::uint64_t id, const Request& request) override;
  void Cancel(std::uint64_t id) override;
};

void UnaryTransport::Send(std::uint64_t id, const Request& request) {
  auto owned = std::make_unique<UnaryCall>();
  UnaryCall* const call = owned.get();
  call->id = id;
  call->said = request;
  call->request = RequestToWire(request);
  Show(request, device(), call->context);
  call->context.set_deadline(std::chrono::system_clock::now() +
                             std::chrono::milliseconds(kExchangeTimeoutMs));
  {
    const std::scoped_lock lock(mailbox()->mutex);
    ++mailbox()->traffic.attempts;
    mailbox()->traffic.bytes_sent += call->request.ByteSizeLong();
    mailbox()->open.push_back(std::move(owned));
  }
  stub().async()->Sync(
      &call->context, &call->request, &call->response,
      [call, mailbox = mailbox(), tls = tls()](const grpc::Status& status) {
        const std::size_t received = call->response.ByteSizeLong();
        const std::size_t bytes = call->request.ByteSizeLong() + received;
        Completion completion{
            call->id,
            status.ok() ? ResponseFromWire(call->response, call->said)
                        : ErrorOf(status, tls.get()),
            wire::IsLoose(call->response) ? 0 : bytes,
            ServerNowIn(call->context), RetryAfterIn(call->context)};
        const std::scoped_lock lock(mailbox->mutex);
        if (status.ok()) ++mailbox->traffic.round_trips;
        mailbox->traffic.bytes_received += received;
        mailbox->answers.push_back(std::move(completion));
        mailbox->End(*call);
        mailbox->arrived.notify_all();
      });
}

void UnaryTransport::Cancel(std::uint64_t id) {
  const std::scoped_lock lock(mailbox()->mutex);
  for (const std::unique_ptr<GrpcCall>& open : mailbox()->open) {
    const auto& call = static_cast<const UnaryCall&>(*open);
    if (call.id >= id) open->TryCancel();
  }
}

}  // namespace

void Show(const Request& request, const std::string& device,
          grpc::ClientContext& context) {
  if (request.shown.token.empty()) {
    return context.AddMetadata("chasqui-device", device);
  }
  context.AddMetadata("authorization", "Bearer " + absl::WebSafeBase64Escape(
                                                       request.shown.token));
  if (request.shown.proof.empty()) return;
  context.AddMetadata("chasqui-proof",
                      absl::WebSafeBase64Escape(request.shown.proof));
}

std::int64_t ServerNowIn(const grpc::ClientContext& context) {
  const auto& trailer = context.GetServerTrailingMetadata();
  const auto told = trailer.find("chasqui-now-ms");
  std::int64_t now_ms = 0;
  if (told == trailer.end() ||
      !absl::SimpleAtoi(
          absl::string_view(told->second.data(), told->second.size()),
          &now_ms)) {
    return 0;
  }
  return now_ms;
}

std::uint32_t RetryAfterIn(const grpc::ClientContext& context) {
  const auto& trailer = context.GetServerTrailingMetadata();
  const auto told = trailer.find("retry-after");
  if (told == trailer.end()) return 0;
  return RetryAfterMs({told->second.data(), told->second.size()});
}

void Mailbox::End(const GrpcCall& call) {
  const auto self =
      std::find_if(open.begin(), open.end(),
                   [&call](const auto& each) { return each.get() == &call; });
  ended.push_back(std::move(*self));
  open.erase(self);
}

GrpcCarrier::GrpcCarrier(const std::string& address, std::string device,
                         std::shared_ptr<ServerTls> tls)
    : device_(std::move(device)),
      tls_(std::move(tls)),
      mailbox_(std::make_shared<Mailbox>()),
      stub_(v1::SyncService::NewStub(Connect(address, tls_))) {}

GrpcCarrier::~GrpcCarrier() {
  std::vector<std::unique_ptr<GrpcCall>> ended;  // thrown away after the lock
  std::unique_lock lock(mailbox_->mutex);
  for (const auto& call : mailbox_->open) call->TryCancel();
  mailbox_->arrived.wait(lock, [this] { return mailbox_->open.empty(); });
  ended.swap(mailbox_->ended);
}

std::optional<Completion> GrpcCarrier::Poll() {
  std::vector<std::unique_ptr<GrpcCall>> ended;  // thrown away after the lock
  const std::scoped_lock lock(mailbox_->mutex);
  ended.swap(mailbox_->ended);
  if (mailbox_->answers.empty()) return std::nullopt;
  Completion completion = std::move(mailbox_->answers.front());
  mailbox_->answers.pop_front();
  return completion;
}

Traffic GrpcCarrier::traffic() const {
  const std::scoped_lock lock(mailbox_->mutex);
  return mailbox_->traffic;
}

void GrpcCarrier::Wait(std::int64_t ms) {
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->arrived.wait_for(lock, std::chrono::milliseconds(ms),
                             [this] { return !mailbox_->answers.empty(); });
}

absl::Status ErrorOf(const grpc::Status& status, const ServerTls* tls) {
  // gRPC says of a server that is not the one only that it cannot be reached.
  if (status.error_code() == grpc::StatusCode::UNAVAILABLE && tls != nullptr) {
    RETURN_IF_ERROR(tls->refusal());
  }
  // A link that breaks in mid-call comes out of gRPC under several codes, and a
  // server that failed may do better next time.
  const bool broke = status.error_code() == grpc::StatusCode::UNKNOWN ||
                     status.error_code() == grpc::StatusCode::INTERNAL ||
                     status.error_code() == grpc::StatusCode::CANCELLED;
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  return absl::Status(broke ? absl::StatusCode::kUnavailable : code,
                      status.error_message());
}

std::unique_ptr<NetworkTransport> NewUnaryGrpcTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls) {
  return std::make_unique<UnaryTransport>(address, device, std::move(tls));
}

}  // namespace chasqui::client
