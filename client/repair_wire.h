// Questions and answers on ranges, between the device's values and their
// messages.

#ifndef CHASQUI_CLIENT_REPAIR_WIRE_H_
#define CHASQUI_CLIENT_REPAIR_WIRE_H_

#include "absl/status/status.h"
#include "chasqui/v1/sync_service.pb.h"
#include "client/exchange.h"

namespace chasqui::client {

void QuestionsToWire(const SurveyRequest& request, v1::SurveyExchange& wire);

// The digest and the answers. InvalidArgument for a malformed digest.
absl::Status AddAnswers(const v1::SurveyNews& wire, SurveyNews& news);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_REPAIR_WIRE_H_
