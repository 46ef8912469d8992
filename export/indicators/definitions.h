// What `chasqui indicators` is to compute, as somebody wrote it down.
//
// chasqui/exporting/v1/indicators.proto is the format, and says what each part
// means.

#ifndef CHASQUI_EXPORT_INDICATORS_DEFINITIONS_H_
#define CHASQUI_EXPORT_INDICATORS_DEFINITIONS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::exporting {

// Where something stands in the text, from 1; 0: nowhere in particular.
struct Spot {
  int line = 0;
  int column = 0;
};

enum class Operator : std::uint8_t {
  kIn,
  kAtLeast,
  kAtMost,
  kMoreThan,
  kLessThan,
  kIncludesAny,
  kIncludesAll,
  kAnswered,
};
// "OPERATOR_IN", as the format has it.
std::string_view ToText(Operator op);

struct Condition {
  enum class Kind : std::uint8_t { kField, kAll, kAny, kNone };

  Spot at;
  Kind kind = Kind::kField;
  std::string field = {};  // kField, and what follows
  Operator op = Operator::kIn;
  std::vector<std::string> values = {};
  std::vector<Condition> parts = {};  // of all other kinds; not empty
};

// Neither a condition nor a sum: each record counts once.
struct Measure {
  Spot at;
  std::optional<Condition> where = {};
  std::string sum = {};  // a field
};

struct Key {
  std::size_t dimension = 0;  // of the structure
  std::string code;
};

struct Population {
  Spot at;
  std::string id = {};
  std::string table = {};
  std::optional<Condition> where = {};
  std::vector<Key> keys = {};
};

struct CodeOfAnswers {
  std::vector<std::string> from;
  std::string to;
};

struct Dimension {
  Spot at;
  std::size_t dimension = 0;  // of the structure
  std::string field = {};
  std::vector<CodeOfAnswers> codes = {};
  std::string total = {};
};

enum class IndicatorUnit : std::uint8_t { kPercent, kRatio };

struct Series {
  Spot at;
  std::size_t population = 0;
  std::string code = {};
};

struct Indicator {
  Spot at;
  std::string id = {};
  std::string title = {};
  IndicatorUnit unit = IndicatorUnit::kPercent;
  std::uint32_t decimals = 2;
  Measure numerator = {};
  Measure denominator = {};
  std::vector<Series> series = {};
  // Indexes into Definitions::dimensions; the total is not among them.
  std::vector<std::vector<std::size_t>> breakdowns = {};
  std::vector<Key> keys = {};
};

struct NotAskedIndicator {
  Spot at;
  std::string code = {};
  std::string title = {};
  std::string reason = {};
  std::vector<Key> keys = {};
};

// INVARIANT: ids are unique; every index is one; no part that the format asks
// for is missing; a dimension of the structure has at most one Dimension, is in
// a breakdown at most once, and in a list of keys too.
struct Definitions {
  std::string place;      // the file, for messages
  std::string structure;  // "AGENCY:ID(VERSION)"
  std::vector<std::string> structure_dimensions;
  std::uint32_t suppress_below = 0;
  std::vector<Population> populations;
  std::vector<Dimension> dimensions;
  std::vector<Indicator> indicators;
  std::vector<NotAskedIndicator> not_asked;
};

// Filled with the codes of series.
inline constexpr std::string_view kIndicatorDimension = "INDICATOR";
inline constexpr std::string_view kTotalCode = "_T";
inline constexpr std::string_view kUnknownCode = "_U";
inline constexpr std::string_view kOtherCode = "_O";

inline constexpr std::size_t kDefinitionsBytesMax = std::size_t{1} << 20;
inline constexpr std::size_t kBreakdownDimensionsMax = 3;
inline constexpr std::uint32_t kDecimalsMax = 6;
// Of conditions within conditions.
inline constexpr int kConditionDepthMax = 32;

// InvalidArgument, "PLACE:LINE:COLUMN: what is wrong".
absl::StatusOr<Definitions> ReadDefinitions(std::string_view text,
                                            std::string_view place);

// That of an error at `spot` of a text.
absl::Status ErrorAt(std::string_view place, const Spot& spot,
                     std::string_view what);

// InvalidArgument if the structure has no such dimension.
absl::StatusOr<std::size_t> FindStructureDimension(
    const Definitions& definitions, std::string_view id);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_INDICATORS_DEFINITIONS_H_
