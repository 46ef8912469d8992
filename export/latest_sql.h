// The present, as views over the rows of all increments.

#ifndef CHASQUI_EXPORT_LATEST_SQL_H_
#define CHASQUI_EXPORT_LATEST_SQL_H_

#include <string>
#include <string_view>
#include <vector>

#include "export/chain.h"
#include "export/sql_dialect.h"

namespace chasqui::exporting {

struct SqlFile {
  std::string name;  // latest/duckdb.sql
  std::string text;
};

// For each table T a view latest_T, as of the chain's last increment:
//
//   kRecords     of each record its row of the greatest _increment that has
//                one, unless that is _deleted
//   kOfRecords   the rows that came with that row
//   kLog         all rows but those that a restore of the server cut off
//   kSnapshot    the rows of the last increment
//
// DuckDB reads the chain's files, which lie at `place`, and Spark the folders
// of tables in Parquet. The others, and Spark for CSV, whose files cannot be
// put together by the names of their columns there, go by tables that the files
// were loaded into. Of files for people there are none. REQUIRES: the chain is
// not empty.
std::vector<SqlFile> LatestSql(const Chain& chain, std::string_view place);

// What the views are called: latest_T, or what comes nearest to it, for each of
// the last manifest's tables. REQUIRES: as above.
std::vector<std::string> LatestViews(const Chain& chain, SqlDialect dialect);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_LATEST_SQL_H_
