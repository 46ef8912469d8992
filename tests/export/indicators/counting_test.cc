// Figures of ten schools, counted by hand, as DuckDB counts them.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "export/indicators/duckdb.h"
#include "export/indicators/figure_files.h"
#include "export/indicators/indicators.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/export/indicators/small_schools.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// "AREA SECTOR: value = numerator/denominator, answered of expected, status".
absl::StatusOr<std::vector<std::string>> Counted(std::string_view rest) {
  ASSIGN_OR_RETURN(const Definitions definitions,
                   ReadDefinitions(SchoolDefinitions(rest), "file"));
  ASSIGN_OR_RETURN(const std::unique_ptr<DuckDb> database,
                   DuckDb::Open(CHASQUI_DUCKDB));
  RETURN_IF_ERROR(database->Run(std::string(SchoolsSql())));
  ASSIGN_OR_RETURN(const std::vector<Figure> figures,
                   ComputeFigures(definitions, SchoolsExported(), *database));
  ASSIGN_OR_RETURN(const std::vector<FigureRow> rows,
                   FigureRows(definitions, figures, {{"PERIOD", "2014"}}));
  std::vector<std::string> lines;
  for (const FigureRow& row : rows) {
    lines.push_back(StrCat(row.codes[1], " ", row.codes[2], ": ", row.value,
                           " = ", row.numerator, "/", row.denominator, ", ",
                           row.answered, " of ", row.expected, ", ",
                           row.status));
  }
  return lines;
}

std::vector<std::string> Lines(std::string_view rest) {
  absl::StatusOr<std::vector<std::string>> counted = Counted(rest);
  EXPECT_OK(counted);
  return counted.ok() ? *std::move(counted) : std::vector<std::string>();
}

// The rest of an indicator, `population` apart.
std::string Of(std::string_view measures,
               std::string_view population = "primary") {
  return StrCat("indicator { id: \"it\" unit: INDICATOR_UNIT_PERCENT\n",
                measures, "\n series { population: \"", population,
                "\" code: \"A.1\" } }");
}

constexpr std::string_view kPower =
    "numerator { where { field: \"power\" op: OPERATOR_IN value: \"yes\" } } ";

TEST(CountingTest, TotalAndBreakdowns) {
  EXPECT_THAT(Lines(Of(StrCat(kPower,
                              "breakdown { dimension: \"AREA\" }\n"
                              "breakdown { dimension: \"SECTOR\" }"))),
              ElementsAre("_T _T: 57.14 = 4/7, 7 of 8, given",
                          "_U _T: 100.00 = 1/1, 1 of 1, given",
                          "north _T: 50.00 = 2/4, 4 of 4, given",
                          "south _T: 50.00 = 1/2, 2 of 3, given",
                          "_T INST_PRIV: 50.00 = 1/2, 2 of 2, given",
                          "_T INST_PUB: 66.67 = 2/3, 3 of 4, given",
                          "_T _O: 0.00 = 0/1, 1 of 1, given",
                          "_T _U: 100.00 = 1/1, 1 of 1, given"));
}

TEST(CountingTest, ByTwoDimensionsAtOnce) {
  EXPECT_THAT(
      Lines(Of(StrCat(
          kPower, "breakdown { dimension: \"SECTOR\" dimension: \"AREA\" }"))),
      ElementsAre("_T _T: 57.14 = 4/7, 7 of 8, given",
                  "north INST_PRIV: 100.00 = 1/1, 1 of 1, given",
                  "south INST_PRIV: 0.00 = 0/1, 1 of 1, given",
                  "north INST_PUB: 50.00 = 1/2, 2 of 2, given",
                  "south INST_PUB: 100.00 = 1/1, 1 of 2, given",
                  "north _O: 0.00 = 0/1, 1 of 1, given",
                  "_U _U: 100.00 = 1/1, 1 of 1, given"));
}

TEST(CountingTest, SmallFiguresAreLeftOut) {
  EXPECT_THAT(
      Lines(StrCat("suppress_below: 3\n",
                   Of(StrCat(kPower, "breakdown { dimension: \"AREA\" }")))),
      ElementsAre("_T _T: 57.14 = 4/7, 7 of 8, given",
                  "_U _T:  = /,  of , small",
                  "north _T: 50.00 = 2/4, 4 of 4, given",
                  "south _T:  = /,  of , small"));
}

TEST(CountingTest, WhatIsOpenIsNotCounted) {
  // One part is no: it is no, whatever the other is.
  EXPECT_THAT(
      Lines(Of("numerator { where {"
               " all { field: \"power\" op: OPERATOR_IN value: \"yes\" }"
               " all { field: \"water\" op: OPERATOR_IN value: \"yes\" } } }")),
      ElementsAre("_T _T: 33.33 = 2/6, 6 of 8, given"));
  EXPECT_THAT(
      Lines(Of("numerator { where {"
               " any { field: \"power\" op: OPERATOR_IN value: \"yes\" }"
               " any { field: \"water\" op: OPERATOR_IN value: \"yes\" } } }")),
      ElementsAre("_T _T: 100.00 = 6/6, 6 of 8, given"));
  EXPECT_THAT(
      Lines(
          Of("numerator { where {"
             " none { field: \"power\" op: OPERATOR_IN value: \"yes\" } } }")),
      ElementsAre("_T _T: 42.86 = 3/7, 7 of 8, given"));
  EXPECT_THAT(Lines(Of("numerator { where {"
                       " field: \"power\" op: OPERATOR_ANSWERED } }")),
              ElementsAre("_T _T: 87.50 = 7/8, 8 of 8, given"));
}

TEST(CountingTest, DenominatorsHaveConditionsOfTheirOwn) {
  EXPECT_THAT(
      Lines(Of("numerator { where {"
               "  field: \"water\" op: OPERATOR_IN value: \"yes\" } }"
               "denominator { where {"
               "  field: \"power\" op: OPERATOR_IN value: \"yes\" } }")),
      ElementsAre("_T _T: 66.67 = 2/3, 6 of 8, given"));
}

TEST(CountingTest, SumsOfWhatHasBoth) {
  EXPECT_THAT(Lines("indicator { id: \"it\" unit: INDICATOR_UNIT_RATIO"
                    " decimals: 3 numerator { sum: \"pupils\" }"
                    " denominator { sum: \"teachers\" }"
                    " series { population: \"primary\" code: \"A.1\" } }"),
              ElementsAre("_T _T: 27.143 = 570/21, 6 of 8, given"));
}

TEST(CountingTest, ASumThatCannotBeToldIsAnError) {
  const absl::StatusOr<Definitions> definitions = ReadDefinitions(
      SchoolDefinitions(Of("numerator { sum: \"pupils\" }")), "file");
  ASSERT_OK(definitions);
  const auto database = DuckDb::Open(CHASQUI_DUCKDB);
  ASSERT_OK(database);
  ASSERT_OK((*database)->Run(std::string(SchoolsSql())));
  ASSERT_OK((*database)->Run(
      "UPDATE \"latest_schools\" SET \"pupils\" = 9223372036854775807"));
  EXPECT_THAT(
      ComputeFigures(*definitions, SchoolsExported(), **database).status(),
      StatusIs(absl::StatusCode::kOutOfRange,
               HasSubstr("\"it\": the sum 73786976294838206456")));
}

TEST(CountingTest, OtherTypes) {
  const auto line = [](std::string_view field, std::string_view op,
                       std::string_view value) {
    return Lines(Of(StrCat("numerator { where { field: \"", field,
                           "\" op: OPERATOR_", op, " value: \"", value,
                           "\" } }")))
        .at(0);
  };
  EXPECT_EQ(line("fee", "AT_MOST", "1.5"), "_T _T: 66.67 = 2/3, 3 of 8, given");
  EXPECT_EQ(line("fee", "IN", "10.00"), "_T _T: 33.33 = 1/3, 3 of 8, given");
  EXPECT_EQ(line("built", "LESS_THAN", "2000-01-01"),
            "_T _T: 33.33 = 1/3, 3 of 8, given");
  EXPECT_EQ(line("services/\\\"uses\\\"", "INCLUDES_ANY", "net"),
            "_T _T: 50.00 = 2/4, 4 of 8, given");
  const std::string_view both = "net\" value: \"water";
  EXPECT_EQ(line("services/\\\"uses\\\"", "INCLUDES_ANY", both),
            "_T _T: 75.00 = 3/4, 4 of 8, given");
  EXPECT_EQ(line("services/\\\"uses\\\"", "INCLUDES_ALL", both),
            "_T _T: 25.00 = 1/4, 4 of 8, given");
  EXPECT_EQ(line("pupils", "MORE_THAN", "80"),
            "_T _T: 42.86 = 3/7, 7 of 8, given");
}

TEST(CountingTest, RowsOfARepeatByTheAreaOfTheirRecord) {
  EXPECT_THAT(
      Lines(StrCat("population { id: \"pupils\" table: \"schools.pupil\" }\n",
                   Of("numerator { where { field: \"pupil/sex\""
                      " op: OPERATOR_IN value: \"f\" } }"
                      " breakdown { dimension: \"AREA\" }",
                      "pupils"))),
      ElementsAre("_T _T: 50.00 = 3/6, 6 of 7, given",
                  "north _T: 60.00 = 3/5, 5 of 5, given",
                  "south _T: 0.00 = 0/1, 1 of 2, given"));
}

TEST(CountingTest, NobodyAndNothing) {
  const std::string nobody =
      "population { id: \"none\" table: \"schools\" where {"
      " field: \"pupils\" op: OPERATOR_LESS_THAN value: \"0\" } }\n";
  EXPECT_THAT(Lines(StrCat(nobody, Of(StrCat(kPower,
                                             "breakdown { dimension: "
                                             "\"AREA\" }"),
                                      "none"))),
              ElementsAre("_T _T:  = 0/0, 0 of 0, no_answers"));
  EXPECT_THAT(Lines(Of("numerator { where { field: \"power\""
                       " op: OPERATOR_IN value: \"yes\" } }"
                       "denominator { where { all { field: \"pupils\""
                       " op: OPERATOR_LESS_THAN value: \"0\" } } }")),
              ElementsAre("_T _T:  = 0/0, 7 of 8, no_answers"));
}

TEST(CountingTest, ACodeThatNobodyEverGaveIsAnError) {
  EXPECT_THAT(Counted(Of("numerator { where { field: \"power\""
                         " op: OPERATOR_IN value: \"Yes\" } }"))
                  .status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"Yes\" is no choice of field \"power\"")));
}

TEST(DuckDbTest, ErrorsAreItsOwn) {
  const auto database = DuckDb::Open(CHASQUI_DUCKDB);
  ASSERT_OK(database);
  EXPECT_THAT(
      (*database)->Rows("SELECT 'a' FROM nowhere").status(),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("nowhere")));
  const auto rows = (*database)->Rows(
      "SELECT * FROM (VALUES ('short', NULL),"
      " ('longer than twelve bytes', 'ñ')) AS v");
  ASSERT_OK(rows);
  EXPECT_THAT(*rows, ElementsAre(ElementsAre("short", std::nullopt),
                                 ElementsAre("longer than twelve bytes", "ñ")));
}

TEST(DuckDbTest, ManyRowsComeInManyPieces) {
  const auto database = DuckDb::Open(CHASQUI_DUCKDB);
  ASSERT_OK(database);
  const auto rows = (*database)->Rows(
      "SELECT CASE WHEN i % 3 = 0 THEN NULL ELSE CAST(i AS VARCHAR) END"
      " FROM range(10000) AS r(i) ORDER BY i");
  ASSERT_OK(rows);
  ASSERT_EQ(rows->size(), 10'000u);
  for (std::size_t i = 0; i < rows->size(); ++i) {
    EXPECT_EQ((*rows)[i][0].value_or("null"),
              i % 3 == 0 ? "null" : std::to_string(i));
  }
}

}  // namespace
}  // namespace chasqui::exporting
