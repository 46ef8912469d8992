#include "server/audit.h"

#include "server/access/audit_text.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/ids.h"

namespace chasqui::server {
namespace {

constexpr std::uint32_t kLinesDefault = 100;
constexpr std::uint32_t kLinesMax = 1'000;

bool IsWanted(const access::v1::AccessEntry& entry,
              const access::AuditText& text,
              const v1::ReadAuditRequest& request) {
  const auto wanted = [](const std::string& asked, const std::string& is) {
    return asked.empty() || asked == is;
  };
  return wanted(request.person(), entry.by()) &&
         wanted(request.survey(), text.survey) &&
         wanted(request.record(), text.record);
}

}  // namespace

absl::Status ReadAudit(access::Organisation& organisation,
                       const std::string& by,
                       const v1::ReadAuditRequest& request,
                       v1::ReadAuditResponse& response) {
  const std::uint32_t limit =
      request.limit() == 0 ? kLinesDefault : request.limit();
  if (limit > kLinesMax) {
    return absl::InvalidArgumentError(
        StrCat("limit: up to ", kLinesMax, " entries at a time"));
  }
  if (!request.record().empty() && request.record().size() != RecordId::kSize) {
    return absl::InvalidArgumentError("record: 16 bytes, or none");
  }
  const JournalHead head = organisation.journal().head();
  if (request.after() > head.seq) {
    return absl::InvalidArgumentError(
        StrCat("after: the journal ends at ", head.seq));
  }
  // Once a reading, not for every page of it.
  if (request.after() == 0) {
    access::v1::SurveyAct act;
    act.set_call("ReadAudit");
    act.set_survey(request.survey());
    act.set_about(request.person());
    RETURN_IF_ERROR(organisation.Note(by, act));
  }
  response.set_through(request.after());
  response.mutable_head()->set_seq(head.seq);
  response.mutable_head()->set_hash(head.hash.data(), head.hash.size());
  std::size_t looked_at = 0;
  return organisation.journal().Read(
      request.after(), [&](const JournalEntry& entry) -> absl::StatusOr<bool> {
        if (entry.seq > head.seq) return false;
        access::v1::AccessEntry act;
        if (!act.ParseFromString(entry.bytes)) {
          return absl::DataLossError(
              StrCat("journal: entry ", entry.seq, " is no act"));
        }
        const access::AuditText text = access::TextOf(act);
        if (IsWanted(act, text, request)) {
          v1::AuditLine& line = *response.add_lines();
          line.set_seq(entry.seq);
          line.set_at_ms(entry.at_ms);
          line.set_by(act.by());
          line.set_what(text.what);
          line.set_survey(text.survey);
          line.set_record(text.record);
          line.set_about(text.about);
        }
        response.set_through(entry.seq);
        return ++looked_at < kAuditLookedAtMax &&
               response.lines_size() < static_cast<int>(limit);
      });
}

}  // namespace chasqui::server
