#include "server/sync_service.h"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "server/hand_in.h"
#include "sync/base/mutex.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/wire/loose.h"
#include "sync/wire/stream_memory.h"

namespace chasqui::server {
namespace {

using Reactor = grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>;

grpc::Status Closing() {
  return {grpc::StatusCode::UNAVAILABLE, "the server is closing"};
}

// gzip, or deflate, to a peer that says it reads it; nothing to another.
constexpr grpc_compression_level kGzipIfRead = GRPC_COMPRESS_LEVEL_LOW;

// A proof of another time is of no use: the device learns which time it is.
void TellTheTime(const Surroundings& around, const absl::Status& status,
                 grpc::CallbackServerContext& context) {
  if (!absl::IsUnauthenticated(status)) return;
  context.AddTrailingMetadata("chasqui-now-ms", StrCat(around.NowMs()));
}

}  // namespace

// Answers one request after the other. The next is read when the answer to the
// one before is on its way, so that a stream holds one exchange at a time.
//
// Lives until it is done, or whoever closes it has let go of it.
class OpenStream final : public Reactor,
                         public std::enable_shared_from_this<OpenStream> {
 public:
  OpenStream(const Surroundings& around, grpc::CallbackServerContext& context)
      : around_(around), context_(context) {}

  void Open(absl::StatusOr<access::CallingDevice> device) {
    self_ = shared_from_this();
    if (!device.ok()) return End(ToGrpc(device.status()));
    device_ = *std::move(device);
    if (absl::Status status = CountIn(); !status.ok()) {
      TellWhenToComeAgain(status, context_);
      return End(ToGrpc(status));
    }
    StartRead(&request_);
  }

  // Ends it, now or with the answer that is under way.
  void Close() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      const MutexLock lock(mutex_);
      closing_ = true;
      if (answering_) return;
    }
    End(Closing());
  }

  void OnReadDone(bool ok) override {
    if (!ok) return End(grpc::Status::OK);  // the device is through
    {
      const MutexLock lock(mutex_);
      if (ended_) return;
      answering_ = true;
    }
    absl::StatusOr<v1::SyncRequest> whole =
        memory_.Restore(std::move(request_));
    if (!whole.ok()) return End(ToGrpc(whole.status()));
    request_ = *std::move(whole);
    response_.Clear();
    if (absl::Status status = LookAgain(); !status.ok()) {
      TellWhenToComeAgain(status, context_);
      return End(ToGrpc(status));
    }
    ExchangeAndHandIn(around_, device_, request_, response_,
                      [this](const absl::Status& status) {
                        if (!status.ok()) return End(ToGrpc(status));
                        device_.renewed.clear();
                        device_.renewed_until_ms = 0;
                        response_ = memory_.Shorten(std::move(response_));
                        Write();
                      });
  }

  void OnWriteDone(bool ok) override {
    if (!ok) return End(grpc::Status::CANCELLED);
    bool closing = false;
    {
      const MutexLock lock(mutex_);
      answering_ = false;
      closing = closing_;
    }
    if (closing) return End(Closing());
    StartRead(&request_);
  }

  void OnDone() override { self_.reset(); }

 private:
  // What was true when the stream was opened may not be so any more.
  absl::Status LookAgain() {
    ASSIGN_OR_RETURN(const access::CallingDevice now,
                     around_.authenticator.Standing(device_.name));
    if (now.out) {
      return absl::UnauthenticatedError("the device is let in no more");
    }
    device_.locked = now.locked;
    device_.wipe = now.wipe;
    return TakeFromDevice(around_, device_.name, request_.ByteSizeLong());
  }

  // Among the streams that are open.
  absl::Status CountIn() {
    if (around_.limits == nullptr) return absl::OkStatus();
    RETURN_IF_ERROR(around_.limits->Open(CallerKind::kDevice, device_.name));
    absl::Status all = around_.limits->Open(CallerKind::kOrganisation, "");
    counted_ = all.ok();
    if (!counted_) around_.limits->Close(CallerKind::kDevice, device_.name);
    return all;
  }

  void CountOut() {
    around_.limits->Close(CallerKind::kDevice, device_.name);
    around_.limits->Close(CallerKind::kOrganisation, "");
  }

  void Write() {
    grpc::WriteOptions options;
    if (!wire::IsLoose(response_)) options.set_no_compression();
    StartWrite(&response_, options);
  }

  void End(const grpc::Status& status) {
    {
      const MutexLock lock(mutex_);
      if (ended_) return;
      ended_ = true;
    }
    // Before the device can know, and open another.
    if (counted_) CountOut();
    Finish(status);
  }

  const Surroundings& around_;
  grpc::CallbackServerContext& context_;  // until it is done
  bool counted_ = false;
  std::shared_ptr<OpenStream> self_;
  access::CallingDevice device_;
  v1::SyncRequest request_;
  v1::SyncResponse response_;
  wire::ServerMemory memory_;

  Mutex mutex_;
  bool answering_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

// Those that are open. Thread-safe.
class SyncStreams {
 public:
  // False once they are closed.
  bool Add(const std::shared_ptr<OpenStream>& stream) {
    const MutexLock lock(mutex_);
    if (closed_) return false;
    std::erase_if(streams_, [](const auto& each) { return each.expired(); });
    streams_.push_back(stream);
    return true;
  }

  void Close() {
    std::vector<std::weak_ptr<OpenStream>> open;
    {
      const MutexLock lock(mutex_);
      closed_ = true;
      open.swap(streams_);
    }
    // Without the lock: what ends may be done at once, on this thread.
    for (const std::weak_ptr<OpenStream>& each : open) {
      if (const std::shared_ptr<OpenStream> stream = each.lock())
        stream->Close();
    }
  }

 private:
  Mutex mutex_;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::weak_ptr<OpenStream>> streams_ ABSL_GUARDED_BY(mutex_);
};

SyncService::SyncService(const Organisations& organisations)
    : organisations_(organisations),
      streams_(std::make_unique<SyncStreams>()) {}

SyncService::~SyncService() = default;

grpc::ServerUnaryReactor* SyncService::Sync(
    grpc::CallbackServerContext* context, const v1::SyncRequest* request,
    v1::SyncResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  const absl::StatusOr<access::CallingDevice> device =
      around.authenticator.Device(*context);
  if (!device.ok()) {
    TellTheTime(around, device.status(), *context);
    reactor->Finish(ToGrpc(device.status()));
    return reactor;
  }
  if (absl::Status status =
          TakeFromDevice(around, device->name, request->ByteSizeLong());
      !status.ok()) {
    TellWhenToComeAgain(status, *context);
    reactor->Finish(ToGrpc(status));
    return reactor;
  }
  ExchangeAndHandIn(around, *device, *request, *response,
                    [reactor, context, response](const absl::Status& status) {
                      if (wire::IsLoose(*response)) {
                        context->set_compression_level(kGzipIfRead);
                      }
                      reactor->Finish(ToGrpc(status));
                    });
  return reactor;
}

grpc::ServerBidiReactor<v1::SyncRequest, v1::SyncResponse>*
SyncService::SyncStream(grpc::CallbackServerContext* context) {
  const Surroundings& around = organisations_.Of(*context);
  context->set_compression_level(kGzipIfRead);
  const auto stream = std::make_shared<OpenStream>(around, *context);
  auto device = around.authenticator.Device(*context);
  TellTheTime(around, device.status(), *context);
  stream->Open(std::move(device));
  if (!streams_->Add(stream)) stream->Close();
  return stream.get();
}

grpc::ServerUnaryReactor* SyncService::HandIn(
    grpc::CallbackServerContext* context, const v1::HandInRequest* request,
    v1::HandInResponse* response) {
  // The file says who it is from and for, whoever brings it.
  const Surroundings& around = organisations_.SealedTo(request->sealed());
  grpc::ServerUnaryReactor* const reactor = context->DefaultReactor();
  if (absl::Status status =
          TakeFromAddress(around, *context, request->ByteSizeLong());
      !status.ok()) {
    TellWhenToComeAgain(status, *context);
    reactor->Finish(ToGrpc(status));
    return reactor;
  }
  server::HandIn(around, request->sealed(), [reactor, response](auto answer) {
    const absl::Status status = answer.status();
    if (status.ok()) *response = *std::move(answer);
    reactor->Finish(ToGrpc(status));
  });
  return reactor;
}

void SyncService::Drain() { streams_->Close(); }

}  // namespace chasqui::server
