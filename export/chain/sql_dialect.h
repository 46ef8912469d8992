// How four databases spell what the views of the present are made of.

#ifndef CHASQUI_EXPORT_CHAIN_SQL_DIALECT_H_
#define CHASQUI_EXPORT_CHAIN_SQL_DIALECT_H_

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

#include "export/batch.h"

namespace chasqui::exporting {

enum class SqlDialect : std::uint8_t {
  kDuckDb,
  kPostgreSql,
  kBigQuery,
  kSpark,
};

// "duckdb", "postgresql", "bigquery", "spark".
std::string_view ToText(SqlDialect dialect);

// An identifier, whatever is in it.
std::string QuotedName(SqlDialect dialect, std::string_view name);
// A text, whatever is in it.
std::string QuotedText(SqlDialect dialect, std::string_view text);
// The path of one file or folder as a text for what reads files: what would
// stand for many names stands for itself, but for `pattern`, which follows.
// REQUIRES: DuckDB or Spark.
std::string QuotedPath(SqlDialect dialect, std::string_view path,
                       std::string_view pattern = "");

// What files of Parquet have a column as. REQUIRES: DuckDB or Spark.
std::string_view TypeName(SqlDialect dialect, ColumnType type);

// Names for tables and views, each another, in whatever case.
class SqlNames {
 public:
  explicit SqlNames(SqlDialect dialect) : dialect_(dialect) {}

  // What comes nearest to `wanted` of the names that the database takes and
  // that are still free.
  //
  //   DuckDB      any
  //   PostgreSQL  at most 63 bytes: it would cut longer ones without a word
  //   BigQuery    letters, digits, '-', '_', spaces; others become '_'
  //   Spark       ASCII letters, digits, '_'; others become '_'
  std::string Add(std::string_view wanted);

 private:
  std::string Fitting(std::string_view wanted, std::string_view suffix) const;

  const SqlDialect dialect_;
  std::set<std::string> taken_;  // in lower case
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_SQL_DIALECT_H_
