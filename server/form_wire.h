// A published form as devices and dashboards get it: with the numbers by which
// its fields, repeats and choices travel.

#ifndef CHASQUI_SERVER_FORM_WIRE_H_
#define CHASQUI_SERVER_FORM_WIRE_H_

#include <cstdint>

#include "chasqui/v1/survey.pb.h"
#include "sync/survey.h"

namespace chasqui::server {

// REQUIRES: 1 <= number <= survey.forms.size().
v1::FormVersion FormToWire(const Survey& survey, std::uint32_t number);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_FORM_WIRE_H_
