// A published form as devices and dashboards get it: with the numbers by which
// its fields, repeats and choices travel.

#ifndef CHASQUI_SERVER_FORM_WIRE_H_
#define CHASQUI_SERVER_FORM_WIRE_H_

#include <cstddef>
#include <cstdint>

#include "chasqui/v1/survey.pb.h"
#include "chasqui/v1/sync_service.pb.h"
#include "sync/survey.h"

namespace chasqui::server {

// REQUIRES: 1 <= number <= survey.forms.size().
v1::FormVersion FormToWire(const Survey& survey, std::uint32_t number);

// To a device that has those numbered 1 to `known`, the next: until they come
// to kFormBytesMax, at least one. Says `more` if there are others.
inline constexpr std::size_t kFormBytesMax = std::size_t{1} << 20;
void AddForms(const Survey& survey, std::uint32_t known, v1::SurveyNews& news);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_FORM_WIRE_H_
