#include "export/indicators/series_query.h"

#include <algorithm>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "export/chain/sql_dialect.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

constexpr SqlDialect kDuckDb = SqlDialect::kDuckDb;
// Columns of the system that may be broken down by as they are: nobody's
// answers, and no persons.
constexpr std::string_view kOpenColumns[] = {"_area", "_form_version",
                                             "_status"};
constexpr std::size_t kCounts = 5;

// The dimensions of all breakdowns, each once.
std::vector<std::size_t> DimensionsOf(const Indicator& indicator) {
  std::vector<std::size_t> all;
  for (const std::vector<std::size_t>& breakdown : indicator.breakdowns) {
    for (const std::size_t dimension : breakdown) {
      if (std::count(all.begin(), all.end(), dimension) == 0) {
        all.push_back(dimension);
      }
    }
  }
  return all;
}

std::string CodeColumn(std::size_t dimension) { return StrCat("d", dimension); }

// (), (d0), (d0, d1), …
std::string GroupingSets(const Indicator& indicator) {
  std::string sets = "()";
  for (const std::vector<std::size_t>& breakdown : indicator.breakdowns) {
    sets += StrCat(", (",
                   absl::StrJoin(breakdown, ", ",
                                 [](std::string* out, std::size_t dimension) {
                                   *out += CodeColumn(dimension);
                                 }),
                   ")");
  }
  return sets;
}

// Writes the query of one series.
class SeriesWriter {
 public:
  SeriesWriter(const Definitions& definitions, const Indicator& indicator,
               const Source& source, std::vector<DoubtfulCode>& doubtful)
      : definitions_(definitions),
        indicator_(indicator),
        what_(StrCat("indicator \"", indicator.id, "\"")),
        source_(source),
        conditions_(source_, what_, doubtful) {}

  absl::StatusOr<std::string> Write(const Population& population) const {
    std::string columns;
    std::string codes;
    for (const std::size_t dimension : DimensionsOf(indicator_)) {
      ASSIGN_OR_RETURN(const std::string sql,
                       CodeSql(definitions_.dimensions[dimension]));
      columns += StrCat(sql, " AS ", CodeColumn(dimension), ", ");
      codes += StrCat(CodeColumn(dimension), ", ");
    }
    ASSIGN_OR_RETURN(const std::string x, MeasureSql(indicator_.numerator));
    ASSIGN_OR_RETURN(const std::string y, MeasureSql(indicator_.denominator));
    std::string where;
    if (population.where.has_value()) {
      ASSIGN_OR_RETURN(where, conditions_.Of(*population.where));
      where = StrCat(" WHERE ", where);
    }
    // Of what is no part of the denominator the numerator need not be known.
    const std::string_view counts = indicator_.denominator.where.has_value()
                                        ? "y = 1 AND x IS NOT NULL"
                                        : "x IS NOT NULL AND y IS NOT NULL";
    const std::string answered = indicator_.denominator.where.has_value()
                                     ? StrCat("y = 0 OR (", counts, ")")
                                     : std::string(counts);
    return StrCat(
        "SELECT ", codes, Text("coalesce(sum(x) FILTER (WHERE counts), 0)"),
        ", ", Text("coalesce(sum(y) FILTER (WHERE counts), 0)"), ", ",
        Text("count(*) FILTER (WHERE counts)"), ", ",
        Text("count(*) FILTER (WHERE answered)"), ", ", Text("count(*)"),
        "\nFROM (SELECT *, ", counts, " AS counts, ", answered,
        " AS answered\nFROM (SELECT ", columns, x, " AS x, ", y, " AS y\nFROM ",
        source_.from(), where, ") AS u) AS v\nGROUP BY GROUPING SETS (",
        GroupingSets(indicator_), ")");
  }

 private:
  static std::string Text(std::string_view number) {
    return StrCat("CAST(", number, " AS VARCHAR)");
  }

  // What a record adds: an integer, NULL while it is open.
  absl::StatusOr<std::string> MeasureSql(const Measure& measure) const {
    if (measure.where.has_value()) {
      ASSIGN_OR_RETURN(const std::string sql, conditions_.Of(*measure.where));
      return StrCat("CAST((", sql, ") AS BIGINT)");
    }
    if (measure.sum.empty()) return std::string("1");
    ASSIGN_OR_RETURN(const SourceField field,
                     source_.Readable(measure.sum, what_, measure.at));
    if (field.type == ColumnType::kInteger) return field.sql;
    return Wrong(measure.at, field,
                 StrCat("is of type ", ToText(field.type),
                        ": only integers are added up"));
  }

  absl::Status CheckDimension(const Dimension& dimension,
                              const SourceField& field) const {
    if (field.documented.personal) {
      return Wrong(dimension.at, field,
                   "is personal: nothing is broken down by it");
    }
    switch (field.type) {
      case ColumnType::kChoice:
      case ColumnType::kBoolean:
        return absl::OkStatus();
      case ColumnType::kText:
      case ColumnType::kInteger:
        if (!dimension.codes.empty() ||
            (field.system &&
             std::count(std::begin(kOpenColumns), std::end(kOpenColumns),
                        field.name) > 0)) {
          return absl::OkStatus();
        }
        return Wrong(dimension.at, field,
                     "is broken down by only with codes for its answers");
      default:
        return Wrong(dimension.at, field,
                     StrCat("is of type ", ToText(field.type),
                            ", which nothing is broken down by"));
    }
  }

  absl::StatusOr<std::string> CodeSql(const Dimension& dimension) const {
    ASSIGN_OR_RETURN(const SourceField field,
                     source_.Field(dimension.field, what_, dimension.at));
    RETURN_IF_ERROR(CheckDimension(dimension, field));
    if (dimension.codes.empty()) {
      return StrCat("coalesce(CAST(", field.sql, " AS VARCHAR), ",
                    QuotedText(kDuckDb, kUnknownCode), ")");
    }
    std::string sql = StrCat("CASE WHEN ", field.sql, " IS NULL THEN ",
                             QuotedText(kDuckDb, kUnknownCode));
    for (const CodeOfAnswers& code : dimension.codes) {
      ASSIGN_OR_RETURN(const std::string answers,
                       AnswersSql(dimension, field, code));
      sql += StrCat(" WHEN ", field.sql, " IN (", answers, ") THEN ",
                    QuotedText(kDuckDb, code.to));
    }
    return StrCat(sql, " ELSE ", QuotedText(kDuckDb, kOtherCode), " END");
  }

  absl::StatusOr<std::string> AnswersSql(const Dimension& dimension,
                                         const SourceField& field,
                                         const CodeOfAnswers& code) const {
    std::vector<std::string> answers;
    for (const std::string& answer : code.from) {
      const absl::StatusOr<std::string> literal =
          LiteralSql(field.type, answer);
      if (!literal.ok()) {
        return Wrong(dimension.at, field,
                     StrCat("has no such answer: ",
                            StdView(literal.status().message())));
      }
      answers.push_back(*literal);
      conditions_.CheckCode(field, answer, dimension.at);
    }
    return absl::StrJoin(answers, ", ");
  }

  absl::Status Wrong(const Spot& spot, const SourceField& field,
                     std::string_view why) const {
    return ErrorAt(definitions_.place, spot,
                   StrCat(what_, ": field \"", field.name, "\" ", why));
  }

  const Definitions& definitions_;
  const Indicator& indicator_;
  const std::string what_;
  const Source& source_;
  const ConditionSql conditions_;
};

// Where in the order of the output a figure stands: 0 is the total.
std::size_t BreakdownOf(const Indicator& indicator, const Figure& figure) {
  for (std::size_t i = 0; i < indicator.breakdowns.size(); ++i) {
    const std::vector<std::size_t>& breakdown = indicator.breakdowns[i];
    if (breakdown.size() == figure.by.size() &&
        std::all_of(figure.by.begin(), figure.by.end(), [&](const auto& by) {
          return std::count(breakdown.begin(), breakdown.end(), by.first) > 0;
        })) {
      return i + 1;
    }
  }
  return 0;
}

}  // namespace

absl::StatusOr<SeriesQueries> MakeSeriesQueries(
    const Definitions& definitions, const ExportedTables& exported) {
  SeriesQueries made;
  for (std::size_t i = 0; i < definitions.indicators.size(); ++i) {
    const Indicator& indicator = definitions.indicators[i];
    for (std::size_t s = 0; s < indicator.series.size(); ++s) {
      const Population& population =
          definitions.populations[indicator.series[s].population];
      ASSIGN_OR_RETURN(const Source source,
                       Source::Of(exported, population, definitions.place));
      const SeriesWriter writer(definitions, indicator, source, made.doubtful);
      ASSIGN_OR_RETURN(std::string sql, writer.Write(population));
      made.queries.push_back({.indicator = i,
                              .series = s,
                              .dimensions = DimensionsOf(indicator),
                              .sql = std::move(sql)});
    }
  }
  return made;
}

absl::StatusOr<std::vector<Figure>> FiguresOf(
    const Definitions& definitions, const SeriesQuery& query,
    const std::vector<DuckDb::Row>& rows) {
  const Indicator& indicator = definitions.indicators[query.indicator];
  std::vector<Figure> figures;
  for (const DuckDb::Row& row : rows) {
    Figure figure = {.indicator = query.indicator, .series = query.series};
    for (std::size_t i = 0; i < query.dimensions.size(); ++i) {
      if (row[i].has_value())
        figure.by.emplace_back(query.dimensions[i], *row[i]);
    }
    std::int64_t* const counts[kCounts] = {&figure.numerator,
                                           &figure.denominator, &figure.records,
                                           &figure.answered, &figure.expected};
    for (std::size_t i = 0; i < kCounts; ++i) {
      const std::string& text = *row[query.dimensions.size() + i];
      if (!absl::SimpleAtoi(text, counts[i])) {
        return absl::OutOfRangeError(StrCat("indicator \"", indicator.id,
                                            "\": the sum ", text,
                                            " has more than 64 bits"));
      }
    }
    if (figure.denominator <= 0) figure.status = FigureStatus::kNoAnswers;
    figures.push_back(std::move(figure));
  }
  std::sort(figures.begin(), figures.end(),
            [&](const Figure& a, const Figure& b) {
              return std::pair(BreakdownOf(indicator, a), a.by) <
                     std::pair(BreakdownOf(indicator, b), b.by);
            });
  // Of an empty population a database may have no row at all.
  if (figures.empty() || !figures.front().by.empty()) {
    figures.insert(figures.begin(), {.indicator = query.indicator,
                                     .series = query.series,
                                     .status = FigureStatus::kNoAnswers});
  }
  return figures;
}

}  // namespace chasqui::exporting
