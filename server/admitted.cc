#include "server/admitted.h"

#include <utility>

#include "sync/base/status_macros.h"

namespace chasqui::server {
namespace {

using Authorization = absl::StatusOr<access::Grant> (*)(const access::Caller&,
                                                        const Survey&,
                                                        access::Right);

absl::StatusOr<Admitted> AdmitBy(Authorization authorize,
                                 const Surroundings& around,
                                 const grpc::ServerContextBase& context,
                                 const std::string& survey,
                                 access::Right right) {
  ASSIGN_OR_RETURN(const access::Caller caller,
                   around.authenticator.Who(context));
  ASSIGN_OR_RETURN(SurveyStore* const store, around.catalog.Find(survey));
  ASSIGN_OR_RETURN(auto reader, store->Snapshot());
  ASSIGN_OR_RETURN(access::Grant grant,
                   authorize(caller, reader->survey(), right));
  return Admitted{store, std::move(reader), std::move(grant)};
}

}  // namespace

absl::StatusOr<Admitted> Admit(const Surroundings& around,
                               const grpc::ServerContextBase& context,
                               const std::string& survey, access::Right right) {
  return AdmitBy(&access::Authorize, around, context, survey, right);
}

absl::StatusOr<Admitted> AdmitPerson(const Surroundings& around,
                                     const grpc::ServerContextBase& context,
                                     const std::string& survey,
                                     access::Right right) {
  return AdmitBy(&access::AuthorizePerson, around, context, survey, right);
}

}  // namespace chasqui::server
