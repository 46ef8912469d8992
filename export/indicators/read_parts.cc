#include "export/indicators/read_parts.h"

#include <cstddef>
#include <set>
#include <string>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

std::string InQuotes(std::string_view text) { return StrCat("\"", text, "\""); }

Operator OperatorOf(v1::Operator op) {
  switch (op) {
    case v1::OPERATOR_AT_LEAST:
      return Operator::kAtLeast;
    case v1::OPERATOR_AT_MOST:
      return Operator::kAtMost;
    case v1::OPERATOR_MORE_THAN:
      return Operator::kMoreThan;
    case v1::OPERATOR_LESS_THAN:
      return Operator::kLessThan;
    case v1::OPERATOR_INCLUDES_ANY:
      return Operator::kIncludesAny;
    case v1::OPERATOR_INCLUDES_ALL:
      return Operator::kIncludesAll;
    case v1::OPERATOR_ANSWERED:
      return Operator::kAnswered;
    default:
      return Operator::kIn;
  }
}

absl::StatusOr<Condition> TestOf(std::string_view place,
                                 const Located<v1::Condition>& from) {
  Condition condition = {.at = from.at, .field = from.message.field()};
  if (condition.field.empty()) {
    return ErrorAt(place, from.at,
                   "a condition has a field, or parts: all, any or none");
  }
  if (from.message.op() == v1::OPERATOR_UNSPECIFIED) {
    return ErrorAt(place, from.at,
                   StrCat(InQuotes(condition.field), " has no op"));
  }
  condition.op = OperatorOf(from.message.op());
  condition.values.assign(from.message.value().begin(),
                          from.message.value().end());
  const std::size_t values = condition.values.size();
  const bool list = condition.op == Operator::kIn ||
                    condition.op == Operator::kIncludesAny ||
                    condition.op == Operator::kIncludesAll;
  const bool fits = condition.op == Operator::kAnswered ? values == 0
                    : list                              ? values > 0
                                                        : values == 1;
  if (fits) return condition;
  return ErrorAt(place, from.at,
                 StrCat(ToText(condition.op), " of ", InQuotes(condition.field),
                        " has ", values, " values; it takes ",
                        list                                  ? "one or more"
                        : condition.op == Operator::kAnswered ? "none"
                                                              : "one"));
}

absl::StatusOr<Condition> PartsOf(std::string_view place,
                                  const Located<v1::Condition>& from) {
  const v1::Condition& message = from.message;
  Condition condition = {.at = from.at};
  const auto add = [&](const auto& parts, const char* name,
                       Condition::Kind kind) -> absl::Status {
    for (int i = 0; i < parts.size(); ++i) {
      condition.kind = kind;
      ASSIGN_OR_RETURN(Condition part,
                       ReadCondition(place, from.Of(parts.Get(i), name, i)));
      condition.parts.push_back(std::move(part));
    }
    return absl::OkStatus();
  };
  RETURN_IF_ERROR(add(message.all(), "all", Condition::Kind::kAll));
  RETURN_IF_ERROR(add(message.any(), "any", Condition::Kind::kAny));
  RETURN_IF_ERROR(add(message.none(), "none", Condition::Kind::kNone));
  return condition;
}

}  // namespace

absl::StatusOr<Condition> ReadCondition(std::string_view place,
                                        const Located<v1::Condition>& from) {
  const v1::Condition& message = from.message;
  const int kinds = static_cast<int>(message.all_size() > 0) +
                    static_cast<int>(message.any_size() > 0) +
                    static_cast<int>(message.none_size() > 0);
  if (kinds == 0) return TestOf(place, from);
  if (kinds > 1 || !message.field().empty() || message.value_size() > 0 ||
      message.op() != v1::OPERATOR_UNSPECIFIED) {
    return ErrorAt(place, from.at,
                   "a condition is one of: a field, all, any, none");
  }
  return PartsOf(place, from);
}

absl::StatusOr<Measure> ReadMeasure(std::string_view place,
                                    const Located<v1::Measure>& from) {
  Measure measure = {.at = from.at};
  switch (from.message.of_case()) {
    case v1::Measure::kWhere: {
      ASSIGN_OR_RETURN(
          measure.where,
          ReadCondition(place, from.Of(from.message.where(), "where")));
      return measure;
    }
    case v1::Measure::kSum:
      measure.sum = from.message.sum();
      if (!measure.sum.empty()) return measure;
      break;
    case v1::Measure::OF_NOT_SET:
      break;
  }
  return ErrorAt(place, from.at, "says neither where, nor the sum of what");
}

absl::StatusOr<std::vector<CodeOfAnswers>> ReadCodes(
    std::string_view place, const Located<v1::Dimension>& from) {
  std::vector<CodeOfAnswers> codes;
  std::set<std::string> taken;
  for (int i = 0; i < from.message.code_size(); ++i) {
    const auto code = from.Of(from.message.code(i), "code", i);
    if (code.message.to().empty() || code.message.from_size() == 0) {
      return ErrorAt(place, code.at,
                     "a code needs answers, from, and the code, to");
    }
    for (const std::string& answer : code.message.from()) {
      if (taken.insert(answer).second) continue;
      return ErrorAt(place, code.at,
                     StrCat("answer ", InQuotes(answer), " has two codes of ",
                            InQuotes(from.message.id())));
    }
    codes.push_back({{code.message.from().begin(), code.message.from().end()},
                     code.message.to()});
  }
  return codes;
}

}  // namespace chasqui::exporting
