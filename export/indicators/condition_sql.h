// Conditions as DuckDB has them: TRUE, FALSE, or NULL for what is open.

#ifndef CHASQUI_EXPORT_INDICATORS_CONDITION_SQL_H_
#define CHASQUI_EXPORT_INDICATORS_CONDITION_SQL_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/indicators/definitions.h"
#include "export/indicators/source.h"

namespace chasqui::exporting {

// A code that the form, as it is now, does not offer: an earlier version may
// have. It is an error unless some answer has it.
struct DoubtfulCode {
  std::string sql;  // a query of one row if some answer has it, else of none
  absl::Status error;
};

// A value for SQL. InvalidArgument, without a spot: fields of the type have no
// such value.
absl::StatusOr<std::string> LiteralSql(ColumnType type, std::string_view value);

class ConditionSql {
 public:
  // `what` is whose conditions they are, for messages. REQUIRES: all of them
  // outlive it.
  ConditionSql(const Source& source, std::string_view what,
               std::vector<DoubtfulCode>& doubtful)
      : source_(source), what_(what), doubtful_(doubtful) {}

  // InvalidArgument, with the spot, names the field that there is not, or that
  // cannot be compared like this.
  absl::StatusOr<std::string> Of(const Condition& condition) const;

  // Looks at a code that answers to `field` are compared with.
  void CheckCode(const SourceField& field, const std::string& code,
                 const Spot& spot) const;

 private:
  absl::StatusOr<std::string> OfField(const Condition& condition) const;
  absl::StatusOr<std::string> OfParts(const Condition& condition) const;
  absl::StatusOr<std::vector<std::string>> Values(
      const SourceField& field, const Condition& condition) const;

  const Source& source_;
  const std::string_view what_;
  std::vector<DoubtfulCode>& doubtful_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_CONDITION_SQL_H_
