#ifndef CHASQUI_SERVER_LIMITED_AUTHENTICATOR_H_
#define CHASQUI_SERVER_LIMITED_AUTHENTICATOR_H_

#include "server/authenticator.h"
#include "server/rate_limits.h"
#include "sync/base/clock.h"

namespace chasqui::server {

// Knows callers by another, and asks of people that they keep within their
// limits. Those of devices are looked at where their bytes are known
// (sync_service.cc). Whoever runs the server, and
// says no name, has none. ResourceExhausted.
class LimitedAuthenticator final : public Authenticator {
 public:
  // All must outlive it.
  LimitedAuthenticator(const Authenticator& known, RateLimits& limits,
                       Clock& clock)
      : known_(known), limits_(limits), clock_(clock) {}

  bool Knows(const grpc::ServerContextBase& context) const override {
    return known_.Knows(context);
  }
  absl::StatusOr<access::CallingDevice> Device(
      const grpc::ServerContextBase& context) const override {
    return known_.Device(context);
  }
  absl::StatusOr<access::CallingDevice> Standing(
      const std::string& device) const override {
    return known_.Standing(device);
  }
  absl::StatusOr<access::Caller> Who(
      const grpc::ServerContextBase& context) const override;

 private:
  const Authenticator& known_;
  RateLimits& limits_;
  Clock& clock_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_LIMITED_AUTHENTICATOR_H_
