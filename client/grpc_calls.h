// What the transports on gRPC share. Private to them.

#ifndef CHASQUI_CLIENT_GRPC_CALLS_H_
#define CHASQUI_CLIENT_GRPC_CALLS_H_

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "client/network_transport.h"
#include "client/server_tls.h"
#include "grpcpp/grpcpp.h"

namespace chasqui::client {

// A call under way, or one that has ended and is to be thrown away.
class GrpcCall {
 public:
  virtual ~GrpcCall() = default;
  virtual void TryCancel() = 0;
};

// What calls share with their transport.
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
  std::vector<std::unique_ptr<GrpcCall>> open;
  std::vector<std::unique_ptr<GrpcCall>> ended;

  // From open to ended. REQUIRES: mutex is held.
  void End(const GrpcCall& call);
};

// The half of a transport that does not send.
class GrpcCarrier : public NetworkTransport {
 public:
  std::optional<Completion> Poll() override;
  Traffic traffic() const override;
  void Wait(std::int64_t ms) override;

 protected:
  GrpcCarrier(const std::string& address, std::string device,
              std::shared_ptr<ServerTls> tls);
  // Waits for the calls that are open, which it cancels.
  ~GrpcCarrier() override;
  GrpcCarrier(const GrpcCarrier&) = delete;
  GrpcCarrier& operator=(const GrpcCarrier&) = delete;

  const std::string& device() const { return device_; }
  const std::shared_ptr<ServerTls>& tls() const { return tls_; }
  const std::shared_ptr<Mailbox>& mailbox() const { return mailbox_; }
  v1::SyncService::Stub& stub() { return *stub_; }

 private:
  const std::string device_;
  const std::shared_ptr<ServerTls> tls_;  // null: in plain text
  const std::shared_ptr<Mailbox> mailbox_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
};

// An error as the device's core is to see it. `tls` may be null.
absl::Status ErrorOf(const grpc::Status& status, const ServerTls* tls);

// Puts into the call who makes it: what is shown, or the device's name alone.
void Show(const Request& request, const std::string& device,
          grpc::ClientContext& context);
// Completion::server_now_ms. REQUIRES: the call has ended.
std::int64_t ServerNowIn(const grpc::ClientContext& context);
// Completion::retry_after_ms. REQUIRES: likewise.
std::uint32_t RetryAfterIn(const grpc::ClientContext& context);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_GRPC_CALLS_H_
