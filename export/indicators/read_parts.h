// Conditions, measures and codes, as they are written down.

#ifndef CHASQUI_EXPORT_INDICATORS_READ_PARTS_H_
#define CHASQUI_EXPORT_INDICATORS_READ_PARTS_H_

#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "chasqui/exporting/v1/indicators.pb.h"
#include "export/indicators/definitions.h"
#include "export/indicators/located_text.h"

namespace chasqui::exporting {

// InvalidArgument, with `place` and the spot, for what says nothing, or two
// things at once.
absl::StatusOr<Condition> ReadCondition(std::string_view place,
                                        const Located<v1::Condition>& from);
absl::StatusOr<Measure> ReadMeasure(std::string_view place,
                                    const Located<v1::Measure>& from);

// InvalidArgument also if an answer has two codes.
absl::StatusOr<std::vector<CodeOfAnswers>> ReadCodes(
    std::string_view place, const Located<v1::Dimension>& from);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_READ_PARTS_H_
