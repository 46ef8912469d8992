// Figures as files: a table for people and spreadsheets, and SDMX-CSV.

#ifndef CHASQUI_EXPORT_INDICATORS_FIGURE_FILES_H_
#define CHASQUI_EXPORT_INDICATORS_FIGURE_FILES_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "export/indicators/definitions.h"
#include "export/indicators/figure.h"
#include "export/indicators/indicators.h"

namespace chasqui::exporting {

// One figure, or one that the form does not ask for, as texts.
struct FigureRow {
  std::string indicator = {};  // its id; empty if it is not asked
  std::string title = {};
  std::vector<std::string> codes = {};  // by dimension of the structure
  bool total = true;                    // not part of a breakdown
  // Empty where they are not given.
  std::string value = {};
  std::string numerator = {};
  std::string denominator = {};
  std::string answered = {};
  std::string expected = {};
  std::string coverage = {};  // answered in hundredths of expected
  std::string decimals = {};
  // "given", "no_answers", "small", "protects", "not_asked".
  std::string status = {};
  std::string note = {};  // why it is not asked
};

// A code for a dimension of the structure, for all series.
using GivenCodes = std::vector<std::pair<std::string, std::string>>;

// A row a figure, in the same order, then those not asked. Of the codes for a
// dimension that of a breakdown comes first, then that of the indicator, of the
// population, that which is given, and last the total of what is broken down
// by. InvalidArgument: a dimension of a series has no code, or `given` is of
// none.
absl::StatusOr<std::vector<FigureRow>> FigureRows(
    const Definitions& definitions, const std::vector<Figure>& figures,
    const GivenCodes& given);

// Whether FigureRows() has a code for every dimension of every series.
absl::Status CheckCodes(const Definitions& definitions,
                        const GivenCodes& given);

// The table: RFC 4180, with a line of names.
std::string IndicatorsCsv(const Definitions& definitions,
                          const Watermark& watermark,
                          const std::vector<FigureRow>& rows);

// SDMX-CSV 2.0. After the dimensions stand OBS_VALUE and
//
//   OBS_STATUS   A normal, O missing: nobody answered, Q missing: suppressed,
//                L missing: not collected
//   CONF_STATUS  F free, A small count, D suppressed to protect another
//   DECIMALS     as the value has
//   NUMERATOR, DENOMINATOR, ANSWERED, EXPECTED, COVERAGE, WATERMARK, AS_OF
//
// of which the first three are attributes of SDMX's own, the others ours.
std::string SdmxCsv(const Definitions& definitions, const Watermark& watermark,
                    const std::vector<FigureRow>& rows);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_FIGURE_FILES_H_
