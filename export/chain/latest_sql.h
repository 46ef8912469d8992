// The present, as views over the rows of all increments.

#ifndef CHASQUI_EXPORT_CHAIN_LATEST_SQL_H_
#define CHASQUI_EXPORT_CHAIN_LATEST_SQL_H_

#include <string>
#include <string_view>
#include <vector>

#include "export/chain/manifest.h"
#include "export/chain/sql_dialect.h"

namespace chasqui::exporting {

struct SqlFile {
  std::string name;  // latest/duckdb.sql
  std::string text;
};

// For each table T a view latest_T, as of the last increment of the chain whose
// last manifest is `last`:
//
//   kRecords     of each record its row of the greatest _increment that has
//                one, unless that is _deleted
//   kOfRecords   the rows that came with that row
//   kLog         all rows but those that a restore of the server cut off
//   kSnapshot    the rows of the last increment
//
// DuckDB, and Spark for Parquet, read the folders of the tables, at `place`, in
// which files of an increment that was interrupted may lie besides. The others,
// and Spark for CSV, whose files cannot be put together by the names of their
// columns there, go by tables that the files were loaded into. Of files for
// people there are none. REQUIRES: `last` has its so_far.
std::vector<SqlFile> LatestSql(const Manifest& last, std::string_view place);
// One of them.
std::string LatestSqlFor(SqlDialect dialect, const Manifest& last,
                         std::string_view place);

// What the views are called: latest_T, or what comes nearest to it, for each of
// its tables.
std::vector<std::string> LatestViews(const Manifest& last, SqlDialect dialect);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_LATEST_SQL_H_
