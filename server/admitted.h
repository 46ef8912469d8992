// What nearly every call begins with: who calls, which survey, and whether they
// may.

#ifndef CHASQUI_SERVER_ADMITTED_H_
#define CHASQUI_SERVER_ADMITTED_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_context.h"
#include "server/access/grant.h"
#include "server/surroundings.h"
#include "sync/reader.h"
#include "sync/store.h"

namespace chasqui::server {

struct Admitted {
  SurveyStore* store;
  std::shared_ptr<const Reader> reader;  // as the survey was when they called
  access::Grant grant;
};

// Errors: the authenticator's; NotFound, no such survey; those of Authorize().
// Any thread, until the call is over.
absl::StatusOr<Admitted> Admit(const Surroundings& around,
                               const grpc::ServerContextBase& context,
                               const std::string& survey, access::Right right);

// As Admit(), for what is done in somebody's name.
absl::StatusOr<Admitted> AdmitPerson(const Surroundings& around,
                                     const grpc::ServerContextBase& context,
                                     const std::string& survey,
                                     access::Right right);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ADMITTED_H_
