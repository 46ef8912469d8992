#include "client/grpc_transport.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "client/device.h"
#include "client/exchange_wire.h"
#include "grpcpp/grpcpp.h"

namespace chasqui::client {
namespace {

constexpr int kReconnectFirstMs = 200;
constexpr int kReconnectMaxMs = 2'000;
// A response carries one record in any case, however large.
constexpr int kMessageBytesMax = 64 << 20;

// What a call shares with the transport. A call may end after the transport
// has: whoever is last lets go of it.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Completion> answers;
  Traffic traffic;
  std::map<std::uint64_t, std::shared_ptr<grpc::ClientContext>> open;
};

struct Call {
  std::uint64_t id = 0;
  std::shared_ptr<grpc::ClientContext> context =
      std::make_shared<grpc::ClientContext>();
  v1::SyncRequest request;
  v1::SyncResponse response;
};

absl::StatusOr<Response> AnswerOf(const grpc::Status& status,
                                  const v1::SyncResponse& response) {
  if (!status.ok()) {
    // A link that breaks in mid-call comes out of gRPC under several codes,
    // and a server that failed may do better next time.
    const bool broke = status.error_code() == grpc::StatusCode::UNKNOWN ||
                       status.error_code() == grpc::StatusCode::INTERNAL ||
                       status.error_code() == grpc::StatusCode::CANCELLED;
    const auto code = static_cast<absl::StatusCode>(status.error_code());
    return absl::Status(broke ? absl::StatusCode::kUnavailable : code,
                        status.error_message());
  }
  return ResponseFromWire(response);
}

class Plain final : public GrpcTransport {
 public:
  Plain(const std::string& address, std::string device)
      : device_(std::move(device)),
        mailbox_(std::make_shared<Mailbox>()),
        stub_(v1::SyncService::NewStub(Connect(address))) {}

  ~Plain() override {
    std::unique_lock lock(mailbox_->mutex);
    for (const auto& [id, context] : mailbox_->open) context->TryCancel();
    mailbox_->arrived.wait(lock, [this] { return mailbox_->open.empty(); });
  }
  Plain(const Plain&) = delete;
  Plain& operator=(const Plain&) = delete;

  void Send(std::uint64_t id, const Request& request) override;
  std::optional<Completion> Poll() override;
  void Cancel(std::uint64_t id) override;
  Traffic traffic() const override;
  void Wait(std::int64_t ms) override;

 private:
  static std::shared_ptr<grpc::Channel> Connect(const std::string& address) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
    arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
    arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kReconnectFirstMs);
    arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kReconnectMaxMs);
    arguments.SetMaxReceiveMessageSize(kMessageBytesMax);
    return grpc::CreateCustomChannel(
        address, grpc::InsecureChannelCredentials(), arguments);
  }

  const std::string device_;
  const std::shared_ptr<Mailbox> mailbox_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
};

void Plain::Send(std::uint64_t id, const Request& request) {
  auto call = std::make_shared<Call>();
  call->id = id;
  call->request = RequestToWire(request);
  call->context->AddMetadata("chasqui-device", device_);
  call->context->set_deadline(std::chrono::system_clock::now() +
                              std::chrono::milliseconds(kExchangeTimeoutMs));
  {
    const std::scoped_lock lock(mailbox_->mutex);
    ++mailbox_->traffic.attempts;
    mailbox_->traffic.bytes_sent += call->request.ByteSizeLong();
    mailbox_->open[id] = call->context;
  }
  stub_->async()->Sync(
      call->context.get(), &call->request, &call->response,
      [call, mailbox = mailbox_](const grpc::Status& status) {
        Completion completion{call->id, AnswerOf(status, call->response)};
        const std::scoped_lock lock(mailbox->mutex);
        if (status.ok()) ++mailbox->traffic.round_trips;
        mailbox->traffic.bytes_received += call->response.ByteSizeLong();
        mailbox->answers.push_back(std::move(completion));
        mailbox->open.erase(call->id);
        mailbox->arrived.notify_all();
      });
}

std::optional<Completion> Plain::Poll() {
  const std::scoped_lock lock(mailbox_->mutex);
  if (mailbox_->answers.empty()) return std::nullopt;
  Completion completion = std::move(mailbox_->answers.front());
  mailbox_->answers.pop_front();
  return completion;
}

void Plain::Cancel(std::uint64_t id) {
  const std::scoped_lock lock(mailbox_->mutex);
  const auto open = mailbox_->open.find(id);
  if (open != mailbox_->open.end()) open->second->TryCancel();
}

Traffic Plain::traffic() const {
  const std::scoped_lock lock(mailbox_->mutex);
  return mailbox_->traffic;
}

void Plain::Wait(std::int64_t ms) {
  std::unique_lock lock(mailbox_->mutex);
  mailbox_->arrived.wait_for(lock, std::chrono::milliseconds(ms),
                             [this] { return !mailbox_->answers.empty(); });
}

}  // namespace

std::unique_ptr<GrpcTransport> NewGrpcTransport(const std::string& address,
                                                const std::string& device) {
  return std::make_unique<Plain>(address, device);
}

}  // namespace chasqui::client
