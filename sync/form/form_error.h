// Refusals. They say where, what, and the rule that is broken, for the person
// who made the form:
//
//   line 12: bind without nodeset (ODK XForms: "nodeset" is required on bind)

#ifndef CHASQUI_SYNC_FORM_FORM_ERROR_H_
#define CHASQUI_SYNC_FORM_FORM_ERROR_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "sync/form/strings.h"

namespace chasqui::xform {

// `what` is wrong at `line`, because of `rule` of the ODK XForms specification.
inline absl::Status BreaksRule(std::size_t line, std::string_view what,
                               std::string_view rule) {
  return absl::InvalidArgumentError(
      Concat({"line ", std::to_string(line), ": ", what, " (ODK XForms: ", rule,
              ")"}));
}

// What is at `line` is no XML, because of `what`.
inline absl::Status NotXml(std::size_t line, std::string_view what) {
  return absl::InvalidArgumentError(
      Concat({"line ", std::to_string(line), ": not XML: ", what}));
}

// There are more than `limit` of `what`.
inline absl::Status OverLimit(std::size_t line, std::string_view what,
                              std::size_t limit) {
  return absl::InvalidArgumentError(
      Concat({"line ", std::to_string(line), ": more ", what,
              " than the limit of ", std::to_string(limit)}));
}

}  // namespace chasqui::xform

#endif  // CHASQUI_SYNC_FORM_FORM_ERROR_H_
