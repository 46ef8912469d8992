// Exchanges on one stream.
//
//   Send() ──► to_write ──► written, unanswered ──► Completion
//
// Requests are written one after the other, and answered in that order; what
// both ends remember of the stream does not travel. When the stream ends,
// whatever was not answered ends with its error; the next request opens
// another.

#include <cstdint>
#include <deque>
#include <utility>
#include <vector>

#include "client/exchange_wire.h"
#include "client/grpc_calls.h"
#include "sync/wire/loose.h"
#include "sync/wire/stream_differences.h"
#include "sync/wire/stream_memory.h"

namespace chasqui::client {
namespace {

// Enough to keep a link busy whose delay is a few times what a batch takes; few
// enough that little is sent in vain when one of them is refused.
constexpr std::size_t kWindow = 4;

wire::LastHashes HashesOf(const Request& request) {
  wire::LastHashes last;
  for (const SurveyRequest& part : request.surveys) {
    if (part.batch.has_value() && !part.batch->changes.empty()) {
      last[part.survey] = part.batch->changes.back().h.view();
    }
  }
  return last;
}

// Completions are told and state is changed under the mailbox's mutex; gRPC is
// called without it, for it may call back at once.
class StreamCall final
    : public GrpcCall,
      public grpc::ClientBidiReactor<v1::SyncRequest, v1::SyncResponse> {
 public:
  StreamCall(std::shared_ptr<Mailbox> mailbox, std::shared_ptr<ServerTls> tls)
      : mailbox_(std::move(mailbox)), tls_(std::move(tls)) {}

  // Opens the stream with its first request.
  void Open(v1::SyncService::Stub& stub, const std::string& device,
            std::uint64_t id, const Request& request) {
    {
      const std::scoped_lock lock(mailbox_->mutex);
      Queue(id, request);
    }
    Show(request, device, context_);
    stub.async()->SyncStream(&context_, this);
    AddHold();  // for as long as Send() may write
    StartRead(&response_);
    StartWrite(&to_write_.front());
    StartCall();
  }

  void TryCancel() override { context_.TryCancel(); }

  // REQUIRES: the mutex is held.
  bool usable() const { return !closed_ && !abandoned_; }
  // Returns whether it did, and is to be cancelled.
  bool AbandonIfAwaiting(std::uint64_t id) {
    if (unanswered_.empty() || unanswered_.back().id < id) return false;
    abandoned_ = true;
    return true;
  }

  // REQUIRES: the mutex was held since usable() said so, and is by `lock`.
  void Send(std::uint64_t id, const Request& request,
            std::unique_lock<std::mutex> lock) {
    Queue(id, request);
    if (to_write_.size() > 1) return;  // the write under way goes on with it
    AddHold();
    lock.unlock();
    StartWrite(&to_write_.front());
    RemoveHold();
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return;  // the reading fails too, and says why
    const v1::SyncRequest* next = nullptr;
    {
      const std::scoped_lock lock(mailbox_->mutex);
      to_write_.pop_front();
      if (!to_write_.empty()) next = &to_write_.front();
    }
    if (next != nullptr) StartWrite(next);
  }

  void OnReadDone(bool ok) override {
    if (!ok) {
      {
        const std::scoped_lock lock(mailbox_->mutex);
        closed_ = true;
      }
      RemoveHold();
      return;
    }
    const std::size_t bytes = response_.ByteSizeLong();
    const bool loose = wire::IsLoose(response_);
    absl::StatusOr<Response> response = Read();
    {
      const std::scoped_lock lock(mailbox_->mutex);
      mailbox_->traffic.bytes_received += bytes;
      // An answer to nothing is ignored.
      if (!unanswered_.empty()) {
        ++mailbox_->traffic.round_trips;
        const Sent sent = std::move(unanswered_.front());
        unanswered_.pop_front();
        mailbox_->answers.push_back(
            {sent.id, std::move(response), loose ? 0 : sent.bytes + bytes});
        mailbox_->arrived.notify_all();
      }
    }
    StartRead(&response_);
  }

  void OnDone(const grpc::Status& status) override {
    const std::shared_ptr<Mailbox> mailbox = mailbox_;
    // A server that ends a stream in peace leaves its requests undone.
    const absl::Status error =
        status.ok() ? absl::UnavailableError("the server closed the stream")
                    : ErrorOf(status, tls_.get());
    const std::scoped_lock lock(mailbox->mutex);
    for (const Sent& sent : unanswered_) {
      mailbox->answers.push_back(
          {sent.id, error, 0, ServerNowIn(context_), RetryAfterIn(context_)});
    }
    mailbox->End(*this);  // the transport's thread may throw it away now
    mailbox->arrived.notify_all();
  }

 private:
  struct Sent {
    std::uint64_t id = 0;
    std::size_t bytes = 0;
    Request said;  // with what the answer is read
  };

  // REQUIRES: the mutex is held.
  void Queue(std::uint64_t id, const Request& request) {
    v1::SyncRequest wire =
        memory_.Shorten(RequestToWire(request), HashesOf(request));
    const std::size_t bytes = wire.ByteSizeLong();
    mailbox_->traffic.bytes_sent += bytes;
    unanswered_.push_back({id, bytes, request});
    to_write_.push_back(std::move(wire));
  }

  absl::StatusOr<Response> Read() {
    absl::StatusOr<v1::SyncResponse> whole;
    Request said;
    {
      const std::scoped_lock lock(mailbox_->mutex);
      whole = memory_.Restore(std::move(response_));
      if (!unanswered_.empty()) said = unanswered_.front().said;
    }
    if (whole.ok()) return ResponseFromWire(*whole, said);
    // What comes after it cannot be understood either.
    TryCancel();
    return whole.status();
  }

  const std::shared_ptr<Mailbox> mailbox_;
  const std::shared_ptr<ServerTls> tls_;
  grpc::ClientContext context_;
  v1::SyncResponse response_;
  std::deque<v1::SyncRequest> to_write_;  // the first is being written
  std::deque<Sent> unanswered_;
  wire::DeviceMemory memory_;
  bool abandoned_ = false;
  bool closed_ = false;
};

class StreamTransport final : public GrpcCarrier {
 public:
  StreamTransport(const std::string& address, std::string device,
                  std::shared_ptr<ServerTls> tls)
      : GrpcCarrier(address, std::move(device), std::move(tls)) {}

  std::size_t window() const override { return kWindow; }

  void Send(std::uint64_t id, const Request& request) override {
    std::unique_lock lock(mailbox()->mutex);
    ++mailbox()->traffic.attempts;
    for (const std::unique_ptr<GrpcCall>& open : mailbox()->open) {
      auto& stream = static_cast<StreamCall&>(*open);
      if (!stream.usable()) continue;
      return stream.Send(id, request, std::move(lock));
    }
    auto owned = std::make_unique<StreamCall>(mailbox(), tls());
    StreamCall* const stream = owned.get();
    mailbox()->open.push_back(std::move(owned));
    lock.unlock();
    stream->Open(stub(), device(), id, request);
  }

  void Cancel(std::uint64_t id) override {
    std::vector<StreamCall*> abandoned;
    {
      const std::scoped_lock lock(mailbox()->mutex);
      for (const std::unique_ptr<GrpcCall>& open : mailbox()->open) {
        auto& stream = static_cast<StreamCall&>(*open);
        if (stream.AbandonIfAwaiting(id)) abandoned.push_back(&stream);
      }
    }
    // They may end meanwhile, but none goes: only this thread throws them away.
    for (StreamCall* const stream : abandoned) stream->TryCancel();
  }
};

}  // namespace

std::unique_ptr<NetworkTransport> NewGrpcTransport(
    const std::string& address, const std::string& device,
    std::shared_ptr<ServerTls> tls) {
  return std::make_unique<StreamTransport>(address, device, std::move(tls));
}

}  // namespace chasqui::client
