// Questions and answers on ranges, between their messages and the values of
// sync/repair.h.

#ifndef CHASQUI_SERVER_REPAIR_WIRE_H_
#define CHASQUI_SERVER_REPAIR_WIRE_H_

#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "sync/repair.h"

namespace chasqui::server {

// InvalidArgument for what CheckRepair refuses, or a malformed digest. Those of
// a kind that is not known here are left out, as if they had not been asked.
absl::StatusOr<std::vector<RepairQuestion>> QuestionsFromWire(
    const v1::SurveyExchange& exchange);

// Adds the answers, and the records to the news of their buckets.
void RepairedToWire(const Repaired& repaired, v1::SurveyNews& news);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_REPAIR_WIRE_H_
