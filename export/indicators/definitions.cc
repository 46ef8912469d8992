#include "export/indicators/definitions.h"

#include <algorithm>

#include "sync/base/str_cat.h"

namespace chasqui::exporting {

std::string_view ToText(Operator op) {
  switch (op) {
    case Operator::kIn:
      return "OPERATOR_IN";
    case Operator::kAtLeast:
      return "OPERATOR_AT_LEAST";
    case Operator::kAtMost:
      return "OPERATOR_AT_MOST";
    case Operator::kMoreThan:
      return "OPERATOR_MORE_THAN";
    case Operator::kLessThan:
      return "OPERATOR_LESS_THAN";
    case Operator::kIncludesAny:
      return "OPERATOR_INCLUDES_ANY";
    case Operator::kIncludesAll:
      return "OPERATOR_INCLUDES_ALL";
    case Operator::kAnswered:
      return "OPERATOR_ANSWERED";
  }
  return "";
}

absl::Status ErrorAt(std::string_view place, const Spot& spot,
                     std::string_view what) {
  const std::string where =
      spot.line == 0 ? "" : StrCat(spot.line, ":", spot.column, ":");
  return absl::InvalidArgumentError(StrCat(place, ":", where, " ", what));
}

absl::StatusOr<std::size_t> FindStructureDimension(
    const Definitions& definitions, std::string_view id) {
  const std::vector<std::string>& all = definitions.structure_dimensions;
  const auto found = std::find(all.begin(), all.end(), id);
  if (found != all.end()) {
    return static_cast<std::size_t>(found - all.begin());
  }
  return absl::InvalidArgumentError(
      StrCat("structure has no dimension ", "\"", id, "\""));
}

}  // namespace chasqui::exporting
