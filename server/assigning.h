// Who shall visit what: one record, or all that a rule names.

#ifndef CHASQUI_SERVER_ASSIGNING_H_
#define CHASQUI_SERVER_ASSIGNING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "server/access/grant.h"
#include "sync/change.h"
#include "sync/reader.h"
#include "sync/store.h"
#include "sync/survey.h"

namespace chasqui::server {

// The writes by which a record comes into `area` and to `assignee`, where they
// are not empty. InvalidArgument: both are, or the survey has no such area or
// person.
absl::StatusOr<std::vector<Op>> AssigningOps(const Survey& survey,
                                             const std::string& area,
                                             const std::string& assignee);

// Entries of one delivery: small enough that devices get their turn between.
inline constexpr std::size_t kAssignGroup = 1000;

// What a long act asks as it goes on.
struct ActSurroundings {
  std::function<std::int64_t()> now_ms;
  std::function<bool()> cancelled;
};

// Does what `request` says, in the name of `grant`, to the records as they are
// when it begins. A group that was delivered stays if a later one fails or it
// is cancelled: asking again goes on from there. Errors: see
// RecordService.AssignRecords.
absl::Status AssignRecords(SurveyStore& store, const access::Grant& grant,
                           const v1::AssignRecordsRequest& request,
                           const ActSurroundings& around,
                           v1::AssignRecordsResponse& response);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ASSIGNING_H_
