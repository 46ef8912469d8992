// Who calls.

#ifndef CHASQUI_SERVER_AUTHENTICATOR_H_
#define CHASQUI_SERVER_AUTHENTICATOR_H_

#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"

namespace chasqui::server {

// Thread-safe. Errors: Unauthenticated, with what is missing or malformed.
class Authenticator {
 public:
  virtual ~Authenticator() = default;

  // The device behind a call of SyncService.
  virtual absl::StatusOr<std::string> Device(
      const grpc::ServerContextBase& context) const = 0;

  // The person who acts by an administrative call.
  virtual absl::StatusOr<std::string> Person(
      const grpc::ServerContextBase& context) const = 0;
};

// Believes the names in the metadata `chasqui-device` and `chasqui-person`. For
// a server that only this machine, or a trusted network, can reach.
class MetadataAuthenticator final : public Authenticator {
 public:
  absl::StatusOr<std::string> Device(
      const grpc::ServerContextBase& context) const override;
  absl::StatusOr<std::string> Person(
      const grpc::ServerContextBase& context) const override;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_AUTHENTICATOR_H_
