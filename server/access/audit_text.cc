#include "server/access/audit_text.h"

#include "absl/strings/str_join.h"
#include "server/access/members.h"
#include "sync/base/str_cat.h"

namespace chasqui::access {
namespace {

std::string KeyText(const v1::ApiKey& key) {
  return StrCat("number ", key.number(), " for ", key.person(),
                key.scopes().empty()
                    ? std::string()
                    : StrCat(", to ", absl::StrJoin(key.scopes(), ", ")));
}

}  // namespace

AuditText TextOf(const v1::AccessEntry& entry) {
  switch (entry.act_case()) {
    case v1::AccessEntry::kOwnership:
      return {entry.ownership().owns() ? "owner made" : "owner ended", "", "",
              entry.ownership().person()};
    case v1::AccessEntry::kInvitation:
      return {"code given out", "", "", entry.invitation().person()};
    case v1::AccessEntry::kEnrolment:
      return {"device came in", "", "", entry.enrolment().device()};
    case v1::AccessEntry::kDevice:
      return {StrCat("device ", Spoken(entry.device().state())), "", "",
              entry.device().device()};
    case v1::AccessEntry::kPassword:
      return {entry.password().hash().empty() ? "password taken away"
                                              : "password set",
              "", "", entry.password().person()};
    case v1::AccessEntry::kKey:
      return {"key given out", "", "", KeyText(entry.key())};
    case v1::AccessEntry::kKeyRevocation:
      return {"key ended", "", "",
              StrCat("number ", entry.key_revocation().number())};
    case v1::AccessEntry::kSurveyAct:
      return {entry.survey_act().call(), entry.survey_act().survey(),
              entry.survey_act().record(), entry.survey_act().about()};
    case v1::AccessEntry::kLogWitness:
      return {"log witnessed", entry.log_witness().survey(), "",
              StrCat("up to ", entry.log_witness().seq())};
    case v1::AccessEntry::ACT_NOT_SET:
      break;
  }
  return {"unknown", "", "", ""};
}

}  // namespace chasqui::access
