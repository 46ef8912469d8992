#include "export/indicators/figure_files.h"

#include <algorithm>
#include <optional>

#include "export/csv.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/civil_time.h"

namespace chasqui::exporting {
namespace {

constexpr std::uint32_t kCoverageDecimals = 2;
constexpr std::int64_t kHundredths = 100;

std::string_view Word(FigureStatus status) {
  switch (status) {
    case FigureStatus::kGiven:
      return "given";
    case FigureStatus::kNoAnswers:
      return "no_answers";
    case FigureStatus::kSmall:
      return "small";
    case FigureStatus::kProtects:
      return "protects";
  }
  return "";
}
constexpr std::string_view kNotAsked = "not_asked";

std::string_view ObservationStatus(std::string_view status) {
  if (status == "given") return "A";
  if (status == "no_answers") return "O";
  return status == kNotAsked ? "L" : "Q";
}

std::string_view Confidentiality(std::string_view status) {
  if (status == "small") return "A";
  return status == "protects" ? "D" : "F";
}

// By dimension of the structure; nullopt: none yet.
using Codes = std::vector<std::optional<std::string>>;

absl::StatusOr<Codes> CodesGiven(const Definitions& definitions,
                                 const GivenCodes& given) {
  Codes codes(definitions.structure_dimensions.size());
  for (const auto& [id, code] : given) {
    ASSIGN_OR_RETURN(const std::size_t dimension,
                     FindStructureDimension(definitions, id));
    if (id == kIndicatorDimension) {
      return absl::InvalidArgumentError(
          "INDICATOR is filled with the codes of series");
    }
    if (codes[dimension].has_value()) {
      return absl::InvalidArgumentError(
          StrCat("dimension \"", id, "\" has two codes"));
    }
    codes[dimension] = code;
  }
  return codes;
}

void SetKeys(const std::vector<Key>& keys, Codes& codes) {
  for (const Key& key : keys) codes[key.dimension] = key.code;
}

void SetIndicator(const Definitions& definitions, const std::string& code,
                  Codes& codes) {
  const absl::StatusOr<std::size_t> dimension =
      FindStructureDimension(definitions, kIndicatorDimension);
  if (dimension.ok()) codes[*dimension] = code;
}

void SetTotals(const Definitions& definitions, Codes& codes) {
  for (const Dimension& dimension : definitions.dimensions) {
    std::optional<std::string>& code = codes[dimension.dimension];
    if (!code.has_value()) code = dimension.total;
  }
}

absl::StatusOr<std::vector<std::string>> AllOf(const Definitions& definitions,
                                               const Codes& codes,
                                               std::string_view what,
                                               const Spot& spot) {
  std::vector<std::string> all;
  for (std::size_t i = 0; i < codes.size(); ++i) {
    if (!codes[i].has_value()) {
      return ErrorAt(
          definitions.place, spot,
          StrCat(what, ": dimension \"", definitions.structure_dimensions[i],
                 "\" has no code: give one by a key, or with "
                 "--code"));
    }
    all.push_back(*codes[i]);
  }
  return all;
}

// What a series has where it is not broken down.
absl::StatusOr<std::vector<std::string>> SeriesCodes(
    const Definitions& definitions, const Indicator& indicator,
    const Series& series, Codes codes) {
  SetKeys(definitions.populations[series.population].keys, codes);
  SetKeys(indicator.keys, codes);
  SetIndicator(definitions, series.code, codes);
  SetTotals(definitions, codes);
  return AllOf(definitions, codes, StrCat("indicator \"", indicator.id, "\""),
               series.at);
}

FigureRow RowOf(const Definitions& definitions, const Indicator& indicator,
                const Figure& figure, std::vector<std::string> codes) {
  for (const auto& [dimension, code] : figure.by) {
    codes[definitions.dimensions[dimension].dimension] = code;
  }
  FigureRow row = {.indicator = indicator.id,
                   .title = indicator.title,
                   .codes = std::move(codes),
                   .total = figure.by.empty(),
                   .decimals = StrCat(indicator.decimals),
                   .status = std::string(Word(figure.status))};
  if (figure.hidden()) return row;
  row.numerator = StrCat(figure.numerator);
  row.denominator = StrCat(figure.denominator);
  row.answered = StrCat(figure.answered);
  row.expected = StrCat(figure.expected);
  if (figure.expected > 0) {
    row.coverage = Quotient(figure.answered, figure.expected, kHundredths,
                            kCoverageDecimals);
  }
  if (figure.status == FigureStatus::kGiven) {
    row.value =
        Quotient(figure.numerator, figure.denominator,
                 indicator.unit == IndicatorUnit::kPercent ? kHundredths : 1,
                 indicator.decimals);
  }
  return row;
}

std::string AsOf(const Watermark& watermark) {
  return watermark.received_ms == 0 ? ""
                                    : FormatMoment(watermark.received_ms, 0);
}

void Append(std::vector<std::string>& cells,
            const std::vector<std::string>& more) {
  cells.insert(cells.end(), more.begin(), more.end());
}

}  // namespace

absl::StatusOr<std::vector<FigureRow>> FigureRows(
    const Definitions& definitions, const std::vector<Figure>& figures,
    const GivenCodes& given) {
  ASSIGN_OR_RETURN(const Codes codes, CodesGiven(definitions, given));
  std::vector<FigureRow> rows;
  for (const Figure& figure : figures) {
    const Indicator& indicator = definitions.indicators[figure.indicator];
    ASSIGN_OR_RETURN(std::vector<std::string> of_series,
                     SeriesCodes(definitions, indicator,
                                 indicator.series[figure.series], codes));
    rows.push_back(RowOf(definitions, indicator, figure, std::move(of_series)));
  }
  for (const NotAskedIndicator& not_asked : definitions.not_asked) {
    Codes own = codes;
    SetKeys(not_asked.keys, own);
    SetIndicator(definitions, not_asked.code, own);
    SetTotals(definitions, own);
    ASSIGN_OR_RETURN(
        std::vector<std::string> all,
        AllOf(definitions, own, StrCat(not_asked.code), not_asked.at));
    rows.push_back({.title = not_asked.title,
                    .codes = std::move(all),
                    .status = std::string(kNotAsked),
                    .note = not_asked.reason});
  }
  return rows;
}

absl::Status CheckCodes(const Definitions& definitions,
                        const GivenCodes& given) {
  std::vector<Figure> totals;
  for (std::size_t i = 0; i < definitions.indicators.size(); ++i) {
    for (std::size_t s = 0; s < definitions.indicators[i].series.size(); ++s) {
      totals.push_back(
          {.indicator = i, .series = s, .status = FigureStatus::kNoAnswers});
    }
  }
  return FigureRows(definitions, totals, given).status();
}

std::string IndicatorsCsv(const Definitions& definitions,
                          const Watermark& watermark,
                          const std::vector<FigureRow>& rows) {
  std::string csv;
  std::vector<std::string> header = {"indicator", "title"};
  Append(header, definitions.structure_dimensions);
  Append(header, {"value", "numerator", "denominator", "answered", "expected",
                  "coverage_percent", "status", "note", "survey", "increment",
                  "watermark", "as_of"});
  AppendCsvLine(header, csv);
  for (const FigureRow& row : rows) {
    std::vector<std::string> cells = {row.indicator, row.title};
    Append(cells, row.codes);
    Append(cells, {row.value, row.numerator, row.denominator, row.answered,
                   row.expected, row.coverage, row.status, row.note,
                   watermark.survey, StrCat(watermark.increment),
                   ToText(watermark.to), AsOf(watermark)});
    AppendCsvLine(cells, csv);
  }
  return csv;
}

std::string SdmxCsv(const Definitions& definitions, const Watermark& watermark,
                    const std::vector<FigureRow>& rows) {
  std::string csv;
  std::vector<std::string> header = {"STRUCTURE", "STRUCTURE_ID", "ACTION"};
  Append(header, definitions.structure_dimensions);
  Append(header, {"OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "DECIMALS",
                  "NUMERATOR", "DENOMINATOR", "ANSWERED", "EXPECTED",
                  "COVERAGE", "WATERMARK", "AS_OF"});
  AppendCsvLine(header, csv);
  for (const FigureRow& row : rows) {
    std::vector<std::string> cells = {"dataflow", definitions.structure, "I"};
    Append(cells, row.codes);
    Append(cells, {row.value, std::string(ObservationStatus(row.status)),
                   std::string(Confidentiality(row.status)), row.decimals,
                   row.numerator, row.denominator, row.answered, row.expected,
                   row.coverage, ToText(watermark.to), AsOf(watermark)});
    AppendCsvLine(cells, csv);
  }
  return csv;
}

}  // namespace chasqui::exporting
