// Who calls, by the token or key that they show.

#ifndef CHASQUI_SERVER_CREDENTIAL_AUTHENTICATOR_H_
#define CHASQUI_SERVER_CREDENTIAL_AUTHENTICATOR_H_

#include <string>

#include "server/access/organisation.h"
#include "server/authenticator.h"

namespace chasqui::server {

// Metadata of a call:
//
//   authorization   "Bearer " and a token in base64 (URL alphabet, no padding),
//                   or an API key as it is
//   chasqui-proof   of a device whose token has expired, or soon will: a proof
//                   of its key (sync/seal/proof.h), in base64
class CredentialAuthenticator final : public Authenticator {
 public:
  // Must outlive it.
  explicit CredentialAuthenticator(access::Organisation& organisation)
      : organisation_(organisation) {}

  bool Knows(const grpc::ServerContextBase& context) const override;
  absl::StatusOr<access::CallingDevice> Device(
      const grpc::ServerContextBase& context) const override;
  absl::StatusOr<access::CallingDevice> Standing(
      const std::string& device) const override;
  absl::StatusOr<access::Caller> Who(
      const grpc::ServerContextBase& context) const override;

 private:
  access::Organisation& organisation_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_CREDENTIAL_AUTHENTICATOR_H_
