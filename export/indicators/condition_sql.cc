#include "export/indicators/condition_sql.h"

#include <optional>

#include "absl/strings/str_join.h"
#include "export/chain/sql_dialect.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"
#include "sync/decimal.h"
#include "sync/value_text.h"

namespace chasqui::exporting {
namespace {

constexpr SqlDialect kSql = SqlDialect::kDuckDb;

// Of what the columns of decimals hold.
constexpr std::string_view kDecimalType = "DECIMAL(38, 18)";

absl::Status NoValue(std::string_view value, std::string_view wanted) {
  return absl::InvalidArgumentError(StrCat("\"", value, "\" is not ", wanted));
}

absl::StatusOr<std::string> DecimalLiteral(std::string_view value) {
  const std::optional<std::string> canonical = CanonicalDecimal(value);
  if (!canonical.has_value()) return NoValue(value, "a number");
  const std::size_t point = canonical->find('.');
  const std::size_t whole =
      (point == canonical->npos ? canonical->size() : point) -
      (canonical->front() == '-' ? 1 : 0);
  const std::size_t after =
      point == canonical->npos ? 0 : canonical->size() - point - 1;
  if (whole > 20 || after > 18) {
    return NoValue(value, "a number of at most 20 digits and 18 after a point");
  }
  return StrCat("CAST('", *canonical, "' AS ", kDecimalType, ")");
}

absl::StatusOr<std::string> DateLiteral(std::string_view value) {
  std::string_view rest = value;
  const std::optional<std::int64_t> day = TakeDay(rest);
  if (!day.has_value() || !rest.empty()) {
    return NoValue(value, "a date, as 2014-04-02");
  }
  return StrCat("DATE '", FormatDay(*day), "'");
}

bool IsOrder(Operator op) {
  return op == Operator::kAtLeast || op == Operator::kAtMost ||
         op == Operator::kMoreThan || op == Operator::kLessThan;
}

// Whether fields of the type can be compared so.
bool Fits(Operator op, ColumnType type) {
  switch (type) {
    case ColumnType::kInteger:
    case ColumnType::kDecimal:
    case ColumnType::kDate:
      return op == Operator::kIn || IsOrder(op);
    case ColumnType::kText:
    case ColumnType::kChoice:
    case ColumnType::kBoolean:
      return op == Operator::kIn;
    case ColumnType::kChoices:
      return op == Operator::kIncludesAny || op == Operator::kIncludesAll;
    case ColumnType::kTime:
    case ColumnType::kDateTime:
    case ColumnType::kPoint:
    case ColumnType::kLine:
    case ColumnType::kArea:
    case ColumnType::kAttachment:
      return false;
  }
  return false;
}

std::string_view Symbol(Operator op) {
  switch (op) {
    case Operator::kAtLeast:
      return " >= ";
    case Operator::kAtMost:
      return " <= ";
    case Operator::kMoreThan:
      return " > ";
    default:
      return " < ";
  }
}

std::string Compared(Operator op, const std::string& field,
                     const std::vector<std::string>& values) {
  const std::string list = absl::StrJoin(values, ", ");
  switch (op) {
    case Operator::kIn:
      return StrCat(field, " IN (", list, ")");
    case Operator::kIncludesAny:
      return StrCat("list_has_any(", field, ", [", list, "])");
    case Operator::kIncludesAll:
      return StrCat("list_has_all(", field, ", [", list, "])");
    default:
      return StrCat(field, Symbol(op), list);
  }
}

}  // namespace

absl::StatusOr<std::string> LiteralSql(ColumnType type,
                                       std::string_view value) {
  switch (type) {
    case ColumnType::kInteger: {
      ASSIGN_OR_RETURN(
          const Value number,
          ParseValue(FieldType::kInteger, value, [](std::string_view) {
            return std::optional<std::uint32_t>();
          }));
      return StrCat("CAST('", IntegerOf(number), "' AS BIGINT)");
    }
    case ColumnType::kDecimal:
      return DecimalLiteral(value);
    case ColumnType::kDate:
      return DateLiteral(value);
    case ColumnType::kBoolean:
      if (value == "true") return std::string("TRUE");
      if (value == "false") return std::string("FALSE");
      return NoValue(value, "true or false");
    default:
      return QuotedText(kSql, value);
  }
}

void ConditionSql::CheckCode(const SourceField& field, const std::string& code,
                             const Spot& spot) const {
  if (field.documented.codes.empty() || field.documented.codes.contains(code)) {
    return;
  }
  const std::string column = QuotedName(kSql, field.name);
  const std::string value = QuotedText(kSql, code);
  doubtful_.push_back(
      {StrCat("SELECT 'there' FROM ", QuotedName(kSql, field.view), " WHERE ",
              field.type == ColumnType::kChoices
                  ? StrCat("list_contains(", column, ", ", value, ")")
                  : StrCat(column, " = ", value),
              " LIMIT 1"),
       ErrorAt(source_.place(), spot,
               StrCat(what_, ": \"", code, "\" is no choice of field \"",
                      field.name, "\""))});
}

absl::StatusOr<std::vector<std::string>> ConditionSql::Values(
    const SourceField& field, const Condition& condition) const {
  std::vector<std::string> values;
  for (const std::string& value : condition.values) {
    const absl::StatusOr<std::string> literal = LiteralSql(field.type, value);
    if (!literal.ok()) {
      return ErrorAt(
          source_.place(), condition.at,
          StrCat(what_, ": field \"", field.name, "\" has no such answer: ",
                 StdView(literal.status().message())));
    }
    values.push_back(*literal);
    CheckCode(field, value, condition.at);
  }
  return values;
}

absl::StatusOr<std::string> ConditionSql::OfField(
    const Condition& condition) const {
  if (condition.op == Operator::kAnswered) {
    ASSIGN_OR_RETURN(const SourceField field,
                     source_.Field(condition.field, what_, condition.at));
    return StrCat(field.sql, " IS NOT NULL");
  }
  ASSIGN_OR_RETURN(const SourceField field,
                   source_.Readable(condition.field, what_, condition.at));
  if (!Fits(condition.op, field.type)) {
    return ErrorAt(source_.place(), condition.at,
                   StrCat(what_, ": field \"", field.name, "\" is of type ",
                          ToText(field.type), ", which ", ToText(condition.op),
                          " is not for"));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> values,
                   Values(field, condition));
  return Compared(condition.op, field.sql, values);
}

absl::StatusOr<std::string> ConditionSql::OfParts(
    const Condition& condition) const {
  std::vector<std::string> parts;
  for (const Condition& part : condition.parts) {
    ASSIGN_OR_RETURN(std::string sql, Of(part));
    parts.push_back(StrCat("(", sql, ")"));
  }
  if (condition.kind == Condition::Kind::kAll) {
    return absl::StrJoin(parts, " AND ");
  }
  const std::string any = absl::StrJoin(parts, " OR ");
  return condition.kind == Condition::Kind::kAny ? any
                                                 : StrCat("NOT (", any, ")");
}

absl::StatusOr<std::string> ConditionSql::Of(const Condition& condition) const {
  return condition.kind == Condition::Kind::kField ? OfField(condition)
                                                   : OfParts(condition);
}

}  // namespace chasqui::exporting
