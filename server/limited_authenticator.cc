#include "server/limited_authenticator.h"

#include "sync/base/status_macros.h"

namespace chasqui::server {

absl::StatusOr<access::Caller> LimitedAuthenticator::Who(
    const grpc::ServerContextBase& context) const {
  ASSIGN_OR_RETURN(access::Caller caller, known_.Who(context));
  if (!caller.person.empty()) {
    RETURN_IF_ERROR(limits_.Take(CallerKind::kPerson, caller.person, 0,
                                 clock_.MonotonicMillis()));
  }
  return caller;
}

}  // namespace chasqui::server
