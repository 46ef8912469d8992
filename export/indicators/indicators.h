// Indicators of an export.

#ifndef CHASQUI_EXPORT_INDICATORS_INDICATORS_H_
#define CHASQUI_EXPORT_INDICATORS_INDICATORS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "export/chain/manifest.h"
#include "export/indicators/definitions.h"
#include "export/indicators/duckdb.h"
#include "export/indicators/figure.h"
#include "export/indicators/source.h"

namespace chasqui::exporting {

// What figures were computed of.
struct Watermark {
  std::string survey = {};
  Position to = {};              // everything up to there
  std::uint64_t increment = 0;   // of the export
  std::int64_t received_ms = 0;  // of the last entry of the log; 0: none
};

struct ComputedIndicators {
  Watermark watermark = {};
  // In the order of the definitions, indicator by indicator, series by series.
  std::vector<Figure> figures = {};
};

// Of the present that the files at `place` come to, of a chain that ends with
// `last`. InvalidArgument names what of the definitions is not for this export;
// FailedPrecondition: it is not as Parquet. REQUIRES: `last` has its so_far.
absl::StatusOr<ComputedIndicators> ComputeIndicators(
    const Definitions& definitions, const Manifest& last,
    std::string_view place, DuckDb& database);

// The same of tables that the database has already.
absl::StatusOr<std::vector<Figure>> ComputeFigures(
    const Definitions& definitions, const ExportedTables& exported,
    DuckDb& database);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_INDICATORS_H_
