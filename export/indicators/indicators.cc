#include "export/indicators/indicators.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "export/chain/latest_sql.h"
#include "export/chain/sql_dialect.h"
#include "export/indicators/series_query.h"
#include "export/indicators/suppress.h"
#include "export/table_schema.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::string_view kParquetFormat = "parquet";

std::string ViewOf(const ExportedTables& exported, std::string_view table) {
  for (std::size_t i = 0; i < exported.tables.size(); ++i) {
    if (exported.tables[i].name == table) {
      return QuotedName(SqlDialect::kDuckDb, exported.views[i]);
    }
  }
  return {};
}

// An export has one, unless somebody made it by other means.
absl::Status ReadCodebook(DuckDb& database, ExportedTables& exported) {
  const std::string fields = ViewOf(exported, kCodebookTable);
  const std::string texts = ViewOf(exported, kCodebookTextsTable);
  if (fields.empty() || texts.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(
      const std::vector<DuckDb::Row> columns,
      database.Rows(StrCat("SELECT \"table\", \"column\", CAST(\"personal\" AS "
                           "VARCHAR) FROM ",
                           fields)));
  for (const DuckDb::Row& row : columns) {
    exported.codebook[{row[0].value_or(""), row[1].value_or("")}].personal =
        row[2] == "true";
  }
  ASSIGN_OR_RETURN(
      const std::vector<DuckDb::Row> codes,
      database.Rows(StrCat("SELECT \"table\", \"column\", \"choice\" FROM ",
                           texts, " WHERE \"what\" = 'choice'")));
  for (const DuckDb::Row& row : codes) {
    exported.codebook[{row[0].value_or(""), row[1].value_or("")}].codes.insert(
        row[2].value_or(""));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::int64_t> LastReceived(DuckDb& database,
                                          const ExportedTables& exported) {
  const std::string history = ViewOf(exported, kHistoryTable);
  if (history.empty()) return 0;
  ASSIGN_OR_RETURN(const std::vector<DuckDb::Row> rows,
                   database.Rows(StrCat(
                       "SELECT CAST(epoch_ms(max(\"received\")) AS VARCHAR) "
                       "FROM ",
                       history)));
  std::int64_t received = 0;
  if (rows.empty() || !rows[0][0].has_value() ||
      !absl::SimpleAtoi(*rows[0][0], &received)) {
    return 0;
  }
  return received;
}

absl::Status CheckDoubtful(const std::vector<DoubtfulCode>& doubtful,
                           DuckDb& database) {
  for (const DoubtfulCode& code : doubtful) {
    ASSIGN_OR_RETURN(const std::vector<DuckDb::Row> found,
                     database.Rows(code.sql));
    if (found.empty()) return code.error;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<Figure>> ComputeFigures(
    const Definitions& definitions, const ExportedTables& exported,
    DuckDb& database) {
  ASSIGN_OR_RETURN(const SeriesQueries made,
                   MakeSeriesQueries(definitions, exported));
  RETURN_IF_ERROR(CheckDoubtful(made.doubtful, database));
  std::vector<Figure> figures;
  for (const SeriesQuery& query : made.queries) {
    ASSIGN_OR_RETURN(const std::vector<DuckDb::Row> rows,
                     database.Rows(query.sql));
    ASSIGN_OR_RETURN(std::vector<Figure> series,
                     FiguresOf(definitions, query, rows));
    Suppress(definitions.suppress_below, series);
    std::move(series.begin(), series.end(), std::back_inserter(figures));
  }
  return figures;
}

absl::StatusOr<ComputedIndicators> ComputeIndicators(
    const Definitions& definitions, const Manifest& last,
    std::string_view place, DuckDb& database) {
  if (last.format != kParquetFormat) {
    return absl::FailedPreconditionError(
        StrCat(place, " is an export as ", last.format,
               "; indicators are computed of one as parquet"));
  }
  RETURN_IF_ERROR(database.Run(LatestSqlFor(SqlDialect::kDuckDb, last, place)));
  ExportedTables exported = {.tables = *last.tables,
                             .views = LatestViews(last, SqlDialect::kDuckDb),
                             .personal = last.personal};
  RETURN_IF_ERROR(ReadCodebook(database, exported));
  ComputedIndicators computed;
  computed.watermark = {.survey = last.survey,
                        .to = last.to,
                        .increment = last.so_far->increment};
  ASSIGN_OR_RETURN(computed.watermark.received_ms,
                   LastReceived(database, exported));
  ASSIGN_OR_RETURN(computed.figures,
                   ComputeFigures(definitions, exported, database));
  return computed;
}

}  // namespace chasqui::exporting
