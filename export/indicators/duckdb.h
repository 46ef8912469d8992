// DuckDB, loaded when it is wanted: nothing is linked with it.

#ifndef CHASQUI_EXPORT_INDICATORS_DUCKDB_H_
#define CHASQUI_EXPORT_INDICATORS_DUCKDB_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::exporting {

// A database in memory, which reads files, and of its own accord nothing from
// elsewhere. Thread-compatible.
class DuckDb {
 public:
  // Nullopt is NULL.
  using Row = std::vector<std::optional<std::string>>;

  // `library` is libduckdb.so, by its path or as the system finds it.
  // FailedPrecondition: it is not there, or does not have what it should.
  static absl::StatusOr<std::unique_ptr<DuckDb>> Open(
      const std::string& library);

  virtual ~DuckDb() = default;

  // Runs statements, one after the other. InvalidArgument: DuckDB's own words.
  virtual absl::Status Run(const std::string& sql) = 0;
  // The rows of a query. REQUIRES: its columns are of type VARCHAR.
  virtual absl::StatusOr<std::vector<Row>> Rows(const std::string& sql) = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_DUCKDB_H_
