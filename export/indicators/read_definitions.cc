#include <algorithm>
#include <set>
#include <utility>

#include "chasqui/exporting/v1/indicators.pb.h"
#include "export/indicators/definitions.h"
#include "export/indicators/located_text.h"
#include "export/indicators/read_parts.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr std::uint32_t kDefinitionsVersion = 1;
// Messages around conditions.
constexpr int kDepthAround = 4;

std::string Quoted(std::string_view text) { return StrCat("\"", text, "\""); }

// What has an id, or 'at' if it has none.
template <typename Parts>
std::optional<std::size_t> FindId(const Parts& parts, std::string_view id) {
  const auto found =
      std::find_if(parts.begin(), parts.end(),
                   [&](const auto& part) { return part.id == id; });
  if (found == parts.end()) return std::nullopt;
  return static_cast<std::size_t>(found - parts.begin());
}

// Reads one text, from its beginning to its end.
class DefinitionsReader {
 public:
  explicit DefinitionsReader(std::string_view place) { read_.place = place; }

  absl::StatusOr<Definitions> Read(
      const Located<v1::IndicatorDefinitions>& all) &&;

 private:
  absl::Status Wrong(const Spot& spot, std::string_view what) const {
    return ErrorAt(read_.place, spot, what);
  }

  absl::Status ReadStructure(const Located<v1::DataStructure>& from);
  absl::Status ReadPopulation(const Located<v1::Population>& from);
  absl::Status ReadDimension(const Located<v1::Dimension>& from);
  absl::Status ReadIndicator(const Located<v1::Indicator>& from);
  absl::Status ReadNotAsked(const Located<v1::NotAskedIndicator>& from);

  template <typename Message>
  absl::StatusOr<std::vector<Key>> KeysOf(const Located<Message>& from) const;
  absl::Status ReadSeries(const Located<v1::Indicator>& from,
                          Indicator& indicator) const;
  absl::Status ReadBreakdowns(const Located<v1::Indicator>& from,
                              Indicator& indicator) const;
  absl::StatusOr<std::vector<std::size_t>> BreakdownOf(
      const Located<v1::Breakdown>& from) const;

  Definitions read_;
};

absl::Status DefinitionsReader::ReadStructure(
    const Located<v1::DataStructure>& from) {
  read_.structure = from.message.id();
  if (read_.structure.empty()) return Wrong(from.at, "structure has no id");
  for (int i = 0; i < from.message.dimension_size(); ++i) {
    const std::string& id = from.message.dimension(i);
    const Spot spot = from.SpotOf("dimension", i);
    if (id.empty()) return Wrong(spot, "a dimension has no name");
    if (FindStructureDimension(read_, id).ok()) {
      return Wrong(spot, StrCat("dimension ", Quoted(id), " is there twice"));
    }
    read_.structure_dimensions.push_back(id);
  }
  if (!FindStructureDimension(read_, kIndicatorDimension).ok()) {
    return Wrong(from.at, "structure has no dimension \"INDICATOR\"");
  }
  return absl::OkStatus();
}

template <typename Message>
absl::StatusOr<std::vector<Key>> DefinitionsReader::KeysOf(
    const Located<Message>& from) const {
  std::vector<Key> keys;
  for (int i = 0; i < from.message.key_size(); ++i) {
    const auto key = from.Of(from.message.key(i), "key", i);
    const absl::StatusOr<std::size_t> dimension =
        FindStructureDimension(read_, key.message.dimension());
    if (!dimension.ok())
      return Wrong(key.at, StdView(dimension.status().message()));
    if (key.message.dimension() == kIndicatorDimension) {
      return Wrong(key.at, "INDICATOR is filled with the codes of series");
    }
    if (key.message.code().empty()) return Wrong(key.at, "key has no code");
    if (std::any_of(keys.begin(), keys.end(), [&](const Key& other) {
          return other.dimension == *dimension;
        })) {
      return Wrong(key.at, StrCat(Quoted(key.message.dimension()),
                                  " has two codes here"));
    }
    keys.push_back({*dimension, key.message.code()});
  }
  return keys;
}

absl::Status DefinitionsReader::ReadPopulation(
    const Located<v1::Population>& from) {
  Population population = {
      .at = from.at, .id = from.message.id(), .table = from.message.table()};
  if (population.id.empty() || population.table.empty()) {
    return Wrong(from.at, "a population needs an id and a table");
  }
  if (FindId(read_.populations, population.id).has_value()) {
    return Wrong(from.at, StrCat("population ", Quoted(population.id),
                                 " is there twice"));
  }
  if (from.message.has_where()) {
    ASSIGN_OR_RETURN(
        population.where,
        ReadCondition(read_.place, from.Of(from.message.where(), "where")));
  }
  ASSIGN_OR_RETURN(population.keys, KeysOf(from));
  read_.populations.push_back(std::move(population));
  return absl::OkStatus();
}

absl::Status DefinitionsReader::ReadDimension(
    const Located<v1::Dimension>& from) {
  const std::string& id = from.message.id();
  const absl::StatusOr<std::size_t> place = FindStructureDimension(read_, id);
  if (!place.ok()) return Wrong(from.at, StdView(place.status().message()));
  if (id == kIndicatorDimension) {
    return Wrong(from.at, "INDICATOR is filled with the codes of series");
  }
  if (from.message.field().empty()) {
    return Wrong(from.at, StrCat("dimension ", Quoted(id), " has no field"));
  }
  if (std::any_of(
          read_.dimensions.begin(), read_.dimensions.end(),
          [&](const Dimension& other) { return other.dimension == *place; })) {
    return Wrong(from.at, StrCat("dimension ", Quoted(id), " is there twice"));
  }
  ASSIGN_OR_RETURN(std::vector<CodeOfAnswers> codes,
                   ReadCodes(read_.place, from));
  read_.dimensions.push_back({.at = from.at,
                              .dimension = *place,
                              .field = from.message.field(),
                              .codes = std::move(codes),
                              .total = from.message.total().empty()
                                           ? std::string(kTotalCode)
                                           : from.message.total()});
  return absl::OkStatus();
}

absl::Status DefinitionsReader::ReadSeries(const Located<v1::Indicator>& from,
                                           Indicator& indicator) const {
  for (int i = 0; i < from.message.series_size(); ++i) {
    const auto series = from.Of(from.message.series(i), "series", i);
    const std::optional<std::size_t> population =
        FindId(read_.populations, series.message.population());
    if (!population.has_value()) {
      return Wrong(series.at, StrCat("indicator ", Quoted(indicator.id),
                                     ": there is no population ",
                                     Quoted(series.message.population())));
    }
    if (series.message.code().empty()) {
      return Wrong(series.at, StrCat("indicator ", Quoted(indicator.id),
                                     ": a series has no code"));
    }
    indicator.series.push_back({series.at, *population, series.message.code()});
  }
  if (!indicator.series.empty()) return absl::OkStatus();
  return Wrong(from.at,
               StrCat("indicator ", Quoted(indicator.id), " has no series"));
}

absl::StatusOr<std::vector<std::size_t>> DefinitionsReader::BreakdownOf(
    const Located<v1::Breakdown>& from) const {
  std::vector<std::size_t> breakdown;
  for (const std::string& id : from.message.dimension()) {
    const auto found = std::find_if(
        read_.dimensions.begin(), read_.dimensions.end(),
        [&](const Dimension& dimension) {
          return read_.structure_dimensions[dimension.dimension] == id;
        });
    if (found == read_.dimensions.end()) {
      return Wrong(from.at, StrCat("there is no dimension ", Quoted(id)));
    }
    const auto index =
        static_cast<std::size_t>(found - read_.dimensions.begin());
    if (std::count(breakdown.begin(), breakdown.end(), index) > 0) {
      return Wrong(from.at, StrCat(Quoted(id), " is there twice"));
    }
    breakdown.push_back(index);
  }
  if (!breakdown.empty() && breakdown.size() <= kBreakdownDimensionsMax) {
    return breakdown;
  }
  return Wrong(from.at, StrCat("a breakdown is by one to ",
                               kBreakdownDimensionsMax, " dimensions"));
}

absl::Status DefinitionsReader::ReadBreakdowns(
    const Located<v1::Indicator>& from, Indicator& indicator) const {
  std::set<std::set<std::size_t>> taken;
  for (int i = 0; i < from.message.breakdown_size(); ++i) {
    const auto part = from.Of(from.message.breakdown(i), "breakdown", i);
    ASSIGN_OR_RETURN(std::vector<std::size_t> breakdown, BreakdownOf(part));
    if (!taken.emplace(breakdown.begin(), breakdown.end()).second) {
      return Wrong(part.at, "the same breakdown is there twice");
    }
    indicator.breakdowns.push_back(std::move(breakdown));
  }
  return absl::OkStatus();
}

absl::Status DefinitionsReader::ReadIndicator(
    const Located<v1::Indicator>& from) {
  const v1::Indicator& message = from.message;
  Indicator indicator = {
      .at = from.at, .id = message.id(), .title = message.title()};
  if (indicator.id.empty()) return Wrong(from.at, "an indicator has no id");
  const std::string named = StrCat("indicator ", Quoted(indicator.id));
  if (FindId(read_.indicators, indicator.id).has_value()) {
    return Wrong(from.at, StrCat(named, " is there twice"));
  }
  if (message.unit() == v1::INDICATOR_UNIT_UNSPECIFIED) {
    return Wrong(from.at, StrCat(named, " has no unit"));
  }
  indicator.unit = message.unit() == v1::INDICATOR_UNIT_PERCENT
                       ? IndicatorUnit::kPercent
                       : IndicatorUnit::kRatio;
  if (message.has_decimals()) indicator.decimals = message.decimals();
  if (indicator.decimals > kDecimalsMax) {
    return Wrong(from.SpotOf("decimals"),
                 StrCat(named, " has more than ", kDecimalsMax, " decimals"));
  }
  if (!message.has_numerator()) {
    return Wrong(from.at, StrCat(named, " has no numerator"));
  }
  ASSIGN_OR_RETURN(
      indicator.numerator,
      ReadMeasure(read_.place, from.Of(message.numerator(), "numerator")));
  if (message.has_denominator()) {
    ASSIGN_OR_RETURN(indicator.denominator,
                     ReadMeasure(read_.place, from.Of(message.denominator(),
                                                      "denominator")));
  }
  RETURN_IF_ERROR(ReadSeries(from, indicator));
  RETURN_IF_ERROR(ReadBreakdowns(from, indicator));
  ASSIGN_OR_RETURN(indicator.keys, KeysOf(from));
  read_.indicators.push_back(std::move(indicator));
  return absl::OkStatus();
}

absl::Status DefinitionsReader::ReadNotAsked(
    const Located<v1::NotAskedIndicator>& from) {
  const v1::NotAskedIndicator& message = from.message;
  if (message.code().empty() || message.reason().empty()) {
    return Wrong(from.at, "not_asked needs a code and a reason");
  }
  ASSIGN_OR_RETURN(std::vector<Key> keys, KeysOf(from));
  read_.not_asked.push_back({.at = from.at,
                             .code = message.code(),
                             .title = message.title(),
                             .reason = message.reason(),
                             .keys = std::move(keys)});
  return absl::OkStatus();
}

absl::StatusOr<Definitions> DefinitionsReader::Read(
    const Located<v1::IndicatorDefinitions>& all) && {
  const v1::IndicatorDefinitions& message = all.message;
  if (message.chasqui_indicators() != kDefinitionsVersion) {
    return Wrong(all.SpotOf("chasqui_indicators"),
                 StrCat("these are no definitions of version 1, which say "
                        "chasqui_indicators: 1"));
  }
  read_.suppress_below = message.suppress_below();
  RETURN_IF_ERROR(ReadStructure(all.Of(message.structure(), "structure")));
  for (int i = 0; i < message.population_size(); ++i) {
    RETURN_IF_ERROR(
        ReadPopulation(all.Of(message.population(i), "population", i)));
  }
  for (int i = 0; i < message.dimension_size(); ++i) {
    RETURN_IF_ERROR(
        ReadDimension(all.Of(message.dimension(i), "dimension", i)));
  }
  for (int i = 0; i < message.indicator_size(); ++i) {
    RETURN_IF_ERROR(
        ReadIndicator(all.Of(message.indicator(i), "indicator", i)));
  }
  for (int i = 0; i < message.not_asked_size(); ++i) {
    RETURN_IF_ERROR(ReadNotAsked(all.Of(message.not_asked(i), "not_asked", i)));
  }
  if (!read_.indicators.empty()) return std::move(read_);
  return Wrong(all.at, "there is no indicator");
}

}  // namespace

absl::StatusOr<Definitions> ReadDefinitions(std::string_view text,
                                            std::string_view place) {
  if (text.size() > kDefinitionsBytesMax) {
    return ErrorAt(place, {},
                   StrCat("has ", text.size(),
                          " bytes; definitions have at "
                          "most ",
                          kDefinitionsBytesMax));
  }
  v1::IndicatorDefinitions message;
  ParseTree tree;
  RETURN_IF_ERROR(ParseLocated(text, place, kDepthAround + kConditionDepthMax,
                               message, tree));
  return DefinitionsReader(place).Read({message, &tree, {}});
}

}  // namespace chasqui::exporting
