#include "server/admitted.h"

#include <utility>

#include "server/access/roles.h"
#include "sync/base/status_macros.h"
#include "sync/ids.h"

namespace chasqui::server {
absl::Status NoteAsked(const Surroundings& around, const std::string& by,
                       const std::string& survey, access::Right right,
                       const Asked& asked) {
  if (around.organisation == nullptr || !access::IsAudited(right)) {
    return absl::OkStatus();
  }
  access::v1::SurveyAct act;
  act.set_survey(survey);
  act.set_call(asked.call);
  // Whatever was sent as one.
  act.set_record(asked.record.substr(0, RecordId::kSize));
  act.set_about(asked.about.substr(0, kAuditAboutMax));
  return around.organisation->Note(by, act);
}

namespace {

using Authorization = absl::StatusOr<access::Grant> (*)(const access::Caller&,
                                                        const Survey&,
                                                        access::Right);

absl::StatusOr<Admitted> AdmitBy(Authorization authorize,
                                 const Surroundings& around,
                                 const grpc::ServerContextBase& context,
                                 const std::string& survey, access::Right right,
                                 const Asked& asked) {
  ASSIGN_OR_RETURN(const access::Caller caller,
                   around.authenticator.Who(context));
  ASSIGN_OR_RETURN(SurveyStore* const store, around.catalog.Find(survey));
  ASSIGN_OR_RETURN(auto reader, store->Snapshot());
  ASSIGN_OR_RETURN(access::Grant grant,
                   authorize(caller, reader->survey(), right));
  RETURN_IF_ERROR(NoteAsked(around, grant.person(), survey, right, asked));
  return Admitted{store, std::move(reader), std::move(grant)};
}

}  // namespace

absl::StatusOr<Admitted> Admit(const Surroundings& around,
                               const grpc::ServerContextBase& context,
                               const std::string& survey, access::Right right,
                               const Asked& asked) {
  return AdmitBy(&access::Authorize, around, context, survey, right, asked);
}

absl::StatusOr<Admitted> AdmitPerson(const Surroundings& around,
                                     const grpc::ServerContextBase& context,
                                     const std::string& survey,
                                     access::Right right, const Asked& asked) {
  return AdmitBy(&access::AuthorizePerson, around, context, survey, right,
                 asked);
}

}  // namespace chasqui::server
