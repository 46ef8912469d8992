// Who calls.

#ifndef CHASQUI_SERVER_AUTHENTICATOR_H_
#define CHASQUI_SERVER_AUTHENTICATOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "server/access/grant.h"

namespace chasqui::server {

// Thread-safe. Errors: Unauthenticated, with what is missing or malformed.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // Whether what the call shows was given out here, be it good or not.
  virtual bool Knows(const grpc::ServerContextBase& context) const = 0;

  // The device behind a call of SyncService.
  virtual absl::StatusOr<access::CallingDevice> Device(
      const grpc::ServerContextBase& context) const = 0;

  // As that device stands now, whether it calls or not: while its stream is
  // open, and of one whose batch another carries.
  virtual absl::StatusOr<access::CallingDevice> Standing(
      const std::string& device) const = 0;

  // Whoever makes a call of another service.
  virtual absl::StatusOr<access::Caller> Who(
      const grpc::ServerContextBase& context) const = 0;
};

// Believes the names in the metadata `chasqui-device` and `chasqui-person`; who
// gives no name is the operator. For a server that only this machine, or a
// trusted network, can reach.
class MetadataAuthenticator final : public Authenticator {
 public:
  // Nothing is given out.
  bool Knows(const grpc::ServerContextBase&) const override { return false; }
  absl::StatusOr<access::CallingDevice> Device(
      const grpc::ServerContextBase& context) const override;
  absl::StatusOr<access::CallingDevice> Standing(
      const std::string& device) const override;
  absl::StatusOr<access::Caller> Who(
      const grpc::ServerContextBase& context) const override;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_AUTHENTICATOR_H_
