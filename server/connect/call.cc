#include "server/connect/call.h"

#include <chrono>
#include <utility>
#include <vector>

#include "google/protobuf/any.pb.h"
#include "google/protobuf/unknown_field_set.h"
#include "grpcpp/client_context.h"
#include "grpcpp/support/byte_buffer.h"
#include "grpcpp/support/client_callback.h"
#include "server/connect/metadata.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

// Of google.rpc.Status.
constexpr int kDetailsField = 3;

// The details of a google.rpc.Status, which is how gRPC carries them.
std::vector<ErrorDetail> DetailsIn(const std::string& status) {
  std::vector<ErrorDetail> details;
  google::protobuf::UnknownFieldSet fields;
  if (!fields.ParseFromString(status)) return details;
  for (int i = 0; i < fields.field_count(); ++i) {
    const google::protobuf::UnknownField& field = fields.field(i);
    google::protobuf::Any any;
    if (field.number() != kDetailsField ||
        field.type() != google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED ||
        !any.ParseFromString(field.length_delimited())) {
      continue;
    }
    const std::string& url = any.type_url();
    details.push_back({url.substr(url.rfind('/') + 1), any.value()});
  }
  return details;
}

std::string BytesOf(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

void Prepare(const CallRequest& request, grpc::ClientContext& context) {
  for (const auto& [name, value] : request.metadata) {
    context.AddMetadata(name, value);
  }
  if (!request.timeout_ms.has_value()) return;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::milliseconds(*request.timeout_ms));
}

Ending GrpcEnding(const grpc::Status& status,
                  const grpc::ClientContext& context) {
  Ending ending;
  ending.error.code = static_cast<absl::StatusCode>(status.error_code());
  ending.error.message = status.error_message();
  ending.error.details = DetailsIn(status.error_details());
  ending.trailers = HeadersOf(context.GetServerTrailingMetadata());
  return ending;
}

grpc::ByteBuffer BufferOf(const std::string& bytes) {
  const grpc::Slice slice(bytes);
  return {&slice, 1};
}

std::string PathOf(const google::protobuf::MethodDescriptor& method) {
  return StrCat("/", method.service()->full_name(), "/", method.name());
}

// What both sorts have: a request on its way, kept by itself until it is done.
template <typename Reactor>
class StartedCall : public Call, public Reactor {
 public:
  StartedCall(const CallRequest& request, std::shared_ptr<Caller> caller,
              std::shared_ptr<CallsUnderWay> under_way)
      : under_way_(std::move(under_way)),
        caller_(std::move(caller)),
        sent_(BufferOf(request.message)) {
    Prepare(request, context_);
  }

  void Cancel() override { context_.TryCancel(); }

 protected:
  void Enter() {
    under_way_->Enter();
    self_ = this->shared_from_this();
  }

  // Of OnDone(): tells the ending, after what `before` tells. The caller may be
  // the last to hold this call, and the other way round, and this thread the
  // last to hold either: a connection then closes its socket, and a context
  // lets go of its channel, which it must not be the last to hold here. So
  // both are gone before this thread leaves, and what they use goes after.
  template <typename Before>
  void Finish(const grpc::Status& status, Before before) {
    const std::shared_ptr<CallsUnderWay> under_way = under_way_;
    {
      const std::shared_ptr<Call> self = std::move(self_);
      const std::shared_ptr<Caller> caller = std::move(caller_);
      before(*caller);
      caller->OnEnd(GrpcEnding(status, context_));
    }
    under_way->Leave();
  }

  const std::shared_ptr<CallsUnderWay> under_way_;
  std::shared_ptr<Caller> caller_;
  std::shared_ptr<Call> self_;  // until it is done
  grpc::ClientContext context_;
  grpc::ByteBuffer sent_;
  grpc::ByteBuffer received_;
};

// One answer. All of it is asked for at once: of an answer that comes together
// with its status, the in-process transport drops what nobody reads yet.
class UnaryCall final : public StartedCall<grpc::ClientUnaryReactor> {
 public:
  using StartedCall::StartedCall;

  void Begin(grpc::GenericStub& stub, const std::string& path) {
    Enter();
    stub.PrepareUnaryCall(&context_, path, grpc::StubOptions(), &sent_,
                          &received_, this);
    StartCall();
  }

  void ReadNext() override {}

  void OnReadInitialMetadataDone(bool ok) override {
    if (ok) head_ = HeadersOf(context_.GetServerInitialMetadata());
  }
  void OnDone(const grpc::Status& status) override {
    Finish(status, [&](Caller& caller) {
      caller.OnHead(std::move(head_));
      if (status.ok()) caller.OnMessage(BytesOf(received_));
    });
  }

 private:
  Headers head_;
};

// Answers at the pace of whoever reads them: a service that writes waits until
// its message has been asked for.
class StreamedCall final
    : public StartedCall<
          grpc::ClientBidiReactor<grpc::ByteBuffer, grpc::ByteBuffer>> {
 public:
  using StartedCall::StartedCall;

  void Begin(grpc::GenericStub& stub, const std::string& path) {
    Enter();
    stub.PrepareBidiStreamingCall(&context_, path, grpc::StubOptions(), this);
    StartWriteLast(&sent_, grpc::WriteOptions());
    // Reads are asked for from outside: the call must not end between two.
    AddHold();
    StartCall();
  }

  void ReadNext() override { StartRead(&received_); }

  void OnReadInitialMetadataDone(bool ok) override {
    if (!ok) return RemoveHold();
    // Asked for earlier, a message might overtake the head on another thread.
    caller_->OnHead(HeadersOf(context_.GetServerInitialMetadata()));
    StartRead(&received_);
  }
  void OnReadDone(bool ok) override {
    if (!ok) return RemoveHold();
    std::string message = BytesOf(received_);
    received_.Clear();
    caller_->OnMessage(std::move(message));
  }
  void OnDone(const grpc::Status& status) override {
    Finish(status, [](Caller&) {});
  }
};

template <typename Sort>
std::shared_ptr<Call> BeginCall(grpc::GenericStub& stub,
                                const CallRequest& request,
                                std::shared_ptr<Caller> caller,
                                std::shared_ptr<CallsUnderWay> under_way) {
  const auto call =
      std::make_shared<Sort>(request, std::move(caller), std::move(under_way));
  call->Begin(stub, PathOf(*request.method));
  return call;
}

}  // namespace

void CallsUnderWay::Enter() {
  MutexLock lock(mutex_);
  ++count_;
}

void CallsUnderWay::Leave() {
  MutexLock lock(mutex_);
  if (--count_ == 0) none_.SignalAll();
}

void CallsUnderWay::AwaitNone() {
  MutexLock lock(mutex_);
  while (count_ > 0) none_.Wait(mutex_);
}

std::shared_ptr<Call> Call::Start(
    grpc::GenericStub& stub, const CallRequest& request,
    std::shared_ptr<Caller> caller,
    const std::shared_ptr<CallsUnderWay>& under_way) {
  return request.method->server_streaming()
             ? BeginCall<StreamedCall>(stub, request, std::move(caller),
                                       under_way)
             : BeginCall<UnaryCall>(stub, request, std::move(caller),
                                    under_way);
}

}  // namespace chasqui::connect
