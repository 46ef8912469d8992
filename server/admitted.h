// What nearly every call begins with: who calls, which survey, and whether they
// may.

#ifndef CHASQUI_SERVER_ADMITTED_H_
#define CHASQUI_SERVER_ADMITTED_H_

#include <cstddef>
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

// Bytes of Asked::about that are kept.
inline constexpr std::size_t kAuditAboutMax = 256;

// What they ask for, as it is written down.
struct Asked {
  const char* call;
  std::string record;  // 16 bytes; empty: more than one
  std::string about;   // for people
};

// Writes down in the organisation's journal that `by` asks for something in
// `survey`, unless it is counts or configuration alone. The journal's errors.
absl::Status NoteAsked(const Surroundings& around, const std::string& by,
                       const std::string& survey, access::Right right,
                       const Asked& asked);

// Whoever may is written down to have asked, before anything is seen or done.
//
// Errors: the authenticator's; NotFound, no such survey; those of Authorize();
// those of NoteAsked(), so that nothing is done unseen. Any thread, until the
// call is over.
absl::StatusOr<Admitted> Admit(const Surroundings& around,
                               const grpc::ServerContextBase& context,
                               const std::string& survey, access::Right right,
                               const Asked& asked);

// As Admit(), for what is done in somebody's name.
absl::StatusOr<Admitted> AdmitPerson(const Surroundings& around,
                                     const grpc::ServerContextBase& context,
                                     const std::string& survey,
                                     access::Right right, const Asked& asked);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ADMITTED_H_
