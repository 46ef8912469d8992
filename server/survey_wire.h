// Configurations between their message and sync/config.h. Enums have the same
// numbers on both sides; what a message has beyond the known ones is
// InvalidArgument.

#ifndef CHASQUI_SERVER_SURVEY_WIRE_H_
#define CHASQUI_SERVER_SURVEY_WIRE_H_

#include "absl/status/statusor.h"
#include "chasqui/v1/survey.pb.h"
#include "sync/config.h"

namespace chasqui::server {

// CheckConfig() has yet to be asked: only the enums are looked at.
absl::StatusOr<SurveyConfig> FromWire(const v1::SurveyConfig& config);
v1::SurveyConfig ToWire(const SurveyConfig& config);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SURVEY_WIRE_H_
