#include "server/assigning.h"

#include <utility>

#include "server/acts.h"
#include "server/record_filter.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"
#include "sync/scope.h"

namespace chasqui::server {
namespace {

Op SetText(std::uint32_t field, const std::string& text) {
  Op op;
  op.at.field = field;
  op.value = Value::Text(text);
  return op;
}

bool IsAlready(const Record& record, const v1::AssignRecordsRequest& request) {
  return (request.to_area().empty() || record.area() == request.to_area()) &&
         (request.to_assignee().empty() ||
          record.assignee() == request.to_assignee());
}

absl::Status CheckAssigning(const Survey& survey,
                            const v1::AssignRecordsRequest& request) {
  if (request.seen().seq() == 0) {
    return absl::InvalidArgumentError(
        "seen is missing: up to where the log was seen");
  }
  if (!v1::RecordStatus_IsValid(request.status())) {
    return absl::InvalidArgumentError("status is unknown");
  }
  if (request.unassigned() && !request.assignee().empty()) {
    return absl::InvalidArgumentError(
        "records of an assignee and unassigned ones at once are none");
  }
  if (!request.assignee().empty() &&
      survey.FindMember(request.assignee()) == nullptr) {
    return absl::InvalidArgumentError(
        "the survey has no such person as its records are to be taken from");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Op>> AssigningOps(const Survey& survey,
                                             const std::string& area,
                                             const std::string& assignee) {
  std::vector<Op> ops;
  if (!area.empty()) ops.push_back(SetText(kAreaField, area));
  if (!assignee.empty()) ops.push_back(SetText(kAssigneeField, assignee));
  if (ops.empty()) {
    return absl::InvalidArgumentError("neither area nor assignee is given");
  }
  if (!area.empty() && !survey.HasArea(area)) {
    return absl::InvalidArgumentError(
        StrCat("the survey has no area \"", area, "\""));
  }
  const Member* const member = survey.FindMember(assignee);
  if (!assignee.empty() && (member == nullptr || member->left != 0)) {
    return absl::InvalidArgumentError("the survey has no such assignee");
  }
  return ops;
}

absl::Status AssignRecords(SurveyStore& store, const access::Grant& grant,
                           const v1::AssignRecordsRequest& request,
                           const ActSurroundings& around,
                           v1::AssignRecordsResponse& response) {
  ASSIGN_OR_RETURN(const auto reader, store.Snapshot());
  const Survey& survey = reader->survey();
  RETURN_IF_ERROR(CheckAssigning(survey, request));
  ASSIGN_OR_RETURN(
      const std::vector<Op> ops,
      AssigningOps(survey, request.to_area(), request.to_assignee()));
  ASSIGN_OR_RETURN(const AreaFilter areas,
                   AreaFilter::Of(survey, request.area()));
  Actor actor;
  actor.person = grant.person();
  actor.seen = {LogName{request.seen().log()}, request.seen().seq()};
  const Seq base =
      CountsAs(actor.seen, survey.lineage, survey.head, /*told=*/{});
  std::vector<ServerEntry> group;
  for (RecordId after;;) {
    if (around.cancelled()) {
      return absl::CancelledError("cancelled: asking again goes on");
    }
    ASSIGN_OR_RETURN(const std::vector<Record> records,
                     reader->Records(after, kAssignGroup));
    for (const Record& record : records) {
      if (record.gone || !areas.Has(record)) continue;
      if (!IsWanted(record, request)) continue;
      if (request.unassigned() && !record.assignee().empty()) continue;
      if (IsAlready(record, request)) {
        response.set_unchanged(response.unchanged() + 1);
        continue;
      }
      // It would come to a change in quarantine.
      if (!grant.Has(record) || !MayWrite(actor.person, record, survey, base)) {
        response.set_out_of_scope(response.out_of_scope() + 1);
        continue;
      }
      actor.record = record.id;
      ASSIGN_OR_RETURN(ChangeReceived change,
                       MakeAct(*reader, actor, ops, around.now_ms()));
      group.emplace_back(std::move(change));
    }
    const std::size_t moved = group.size();
    ASSIGN_OR_RETURN(const std::size_t held, AppendAll(store, group));
    response.set_quarantined(response.quarantined() + held);
    response.set_assigned(response.assigned() + moved - held);
    if (records.size() < kAssignGroup) return absl::OkStatus();
    after = records.back().id;
  }
}

}  // namespace chasqui::server
