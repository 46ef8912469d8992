#include "client/grpc_transport.h"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <utility>
#include <vector>

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

struct Call {
  std::uint64_t id = 0;
  grpc::ClientContext context;
  v1::SyncRequest request;
  v1::SyncResponse response;
};

using Ended = std::vector<std::unique_ptr<Call>>;

// What calls share with the transport.
//
// A context holds its channel, and the last to let go of a channel must not be
// a callback: gRPC 1.51 then joins its callback threads from one of them,
// destroys the queue it reads, and aborts when it goes on reading ("prior > 0"
// in ref_counted.h). So a call that has ended lies in `ended` until the
// transport's own thread throws it away, and a callback owns no more than this
// mailbox.
struct Mailbox {
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Completion> answers;
  Traffic traffic;
  std::map<std::uint64_t, std::unique_ptr<Call>> open;
  Ended ended;
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
    Ended ended;  // thrown away after the lock
    std::unique_lock lock(mailbox_->mutex);
    for (const auto& [id, call] : mailbox_->open) call->context.TryCancel();
    mailbox_->arrived.wait(lock, [this] { return mailbox_->open.empty(); });
    ended.swap(mailbox_->ended);
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
  auto owned = std::make_unique<Call>();
  Call* const call = owned.get();
  call->id = id;
  call->request = RequestToWire(request);
  call->context.AddMetadata("chasqui-device", device_);
  call->context.set_deadline(std::chrono::system_clock::now() +
                             std::chrono::milliseconds(kExchangeTimeoutMs));
  {
    const std::scoped_lock lock(mailbox_->mutex);
    ++mailbox_->traffic.attempts;
    mailbox_->traffic.bytes_sent += call->request.ByteSizeLong();
    mailbox_->open[id] = std::move(owned);
  }
  stub_->async()->Sync(
      &call->context, &call->request, &call->response,
      [call, mailbox = mailbox_](const grpc::Status& status) {
        Completion completion{call->id, AnswerOf(status, call->response)};
        const std::scoped_lock lock(mailbox->mutex);
        if (status.ok()) ++mailbox->traffic.round_trips;
        mailbox->traffic.bytes_received += call->response.ByteSizeLong();
        mailbox->answers.push_back(std::move(completion));
        const auto self = mailbox->open.find(call->id);
        mailbox->ended.push_back(std::move(self->second));
        mailbox->open.erase(self);
        mailbox->arrived.notify_all();
      });
}

std::optional<Completion> Plain::Poll() {
  Ended ended;  // thrown away after the lock
  const std::scoped_lock lock(mailbox_->mutex);
  ended.swap(mailbox_->ended);
  if (mailbox_->answers.empty()) return std::nullopt;
  Completion completion = std::move(mailbox_->answers.front());
  mailbox_->answers.pop_front();
  return completion;
}

void Plain::Cancel(std::uint64_t id) {
  const std::scoped_lock lock(mailbox_->mutex);
  const auto open = mailbox_->open.find(id);
  if (open != mailbox_->open.end()) open->second->context.TryCancel();
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
