// The queries that count what figures are made of.

#ifndef CHASQUI_EXPORT_INDICATORS_SERIES_QUERY_H_
#define CHASQUI_EXPORT_INDICATORS_SERIES_QUERY_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "export/indicators/condition_sql.h"
#include "export/indicators/definitions.h"
#include "export/indicators/duckdb.h"
#include "export/indicators/figure.h"
#include "export/indicators/source.h"

namespace chasqui::exporting {

// Of one series: its total and all its breakdowns, at once.
struct SeriesQuery {
  std::size_t indicator = 0;
  std::size_t series = 0;
  // The dimensions of Definitions that its first columns are codes of; NULL in
  // rows that are not by that dimension. The others are numerator, denominator,
  // records, answered, expected, as Figure has them.
  std::vector<std::size_t> dimensions = {};
  std::string sql = {};
};

struct SeriesQueries {
  std::vector<SeriesQuery> queries;  // in the order of the definitions
  std::vector<DoubtfulCode> doubtful;
};

// InvalidArgument, with the spot, names the indicator and the field that there
// is not, that is personal, or that is not of a type for what it is to do.
absl::StatusOr<SeriesQueries> MakeSeriesQueries(const Definitions& definitions,
                                                const ExportedTables& exported);

// What came of one of them, the total first, then breakdown by breakdown, each
// sorted by its codes.
absl::StatusOr<std::vector<Figure>> FiguresOf(
    const Definitions& definitions, const SeriesQuery& query,
    const std::vector<DuckDb::Row>& rows);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_SERIES_QUERY_H_
