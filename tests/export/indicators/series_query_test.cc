// What definitions become in SQL, and what of them is not for an export.

#include "export/indicators/series_query.h"

#include <string>
#include <string_view>
#include <tuple>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/export/indicators/small_schools.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::StartsWith;

absl::StatusOr<SeriesQueries> QueriesOf(
    std::string_view rest, PersonalAnswers personal = PersonalAnswers::kClear) {
  const absl::StatusOr<Definitions> read =
      ReadDefinitions(SchoolDefinitions(rest), "file");
  if (!read.ok()) return read.status();
  return MakeSeriesQueries(*read, SchoolsExported(personal));
}

// An indicator whose numerator begins on line 13.
std::string IndicatorOf(std::string_view numerator,
                        std::string_view more = "") {
  return StrCat(
      "indicator { id: \"it\" unit: INDICATOR_UNIT_PERCENT\n numerator { ",
      numerator, " }\n series { population: \"primary\" code: \"A\" }\n", more,
      " }");
}

std::string Where(std::string_view field, std::string_view op,
                  std::string_view value) {
  return StrCat("where { field: \"", field, "\" op: OPERATOR_", op,
                value.empty() ? "" : " value: \"", value,
                value.empty() ? " }" : "\" }");
}

std::string SqlOf(std::string_view numerator) {
  const absl::StatusOr<SeriesQueries> made = QueriesOf(IndicatorOf(numerator));
  EXPECT_OK(made);
  return made.ok() ? made->queries.at(0).sql : "";
}

TEST(SeriesQueryTest, FieldsAndValuesAreQuoted) {
  EXPECT_THAT(
      SqlOf(Where("services/\\\"uses\\\"", "INCLUDES_ALL", "water")),
      HasSubstr("list_has_all(t.\"services/\"\"uses\"\"\", ['water'])"));
  EXPECT_THAT(SqlOf(Where("managed", "IN", "O'Brien\\\"; DROP TABLE x")),
              HasSubstr("t.\"managed\" IN ('O''Brien\"; DROP TABLE x')"));
}

TEST(SeriesQueryTest, ValuesAreOfTheFieldsType) {
  EXPECT_THAT(SqlOf(Where("pupils", "AT_LEAST", "+12.0")),
              HasSubstr("t.\"pupils\" >= CAST('12' AS BIGINT)"));
  EXPECT_THAT(SqlOf(Where("fee", "LESS_THAN", "1.50")),
              HasSubstr("t.\"fee\" < CAST('1.5' AS DECIMAL(38, 18))"));
  EXPECT_THAT(SqlOf(Where("built", "MORE_THAN", "2000-02-29")),
              HasSubstr("t.\"built\" > DATE '2000-02-29'"));
}

TEST(SeriesQueryTest, PartsAreJoined) {
  EXPECT_THAT(
      SqlOf(StrCat("where { none { field: \"power\" op: OPERATOR_ANSWERED } "
                   "none { all { field: \"pupils\" op: OPERATOR_IN value: "
                   "\"1\" value: \"2\" } } }")),
      HasSubstr("NOT ((t.\"power\" IS NOT NULL) OR ((t.\"pupils\" IN "
                "(CAST('1' AS BIGINT), CAST('2' AS BIGINT)))))"));
}

TEST(SeriesQueryTest, RowsHaveTheFieldsOfTheirRecord) {
  const absl::StatusOr<SeriesQueries> made = QueriesOf(
      "population { id: \"pupils\" table: \"schools.pupil\" }\n"
      "indicator { id: \"it\" unit: INDICATOR_UNIT_PERCENT\n"
      " numerator { where { field: \"pupil/sex\" op: OPERATOR_IN value: \"f\" "
      "} }\n series { population: \"pupils\" code: \"A\" }\n"
      " breakdown { dimension: \"AREA\" } }");
  ASSERT_OK(made);
  EXPECT_THAT(made->queries[0].sql,
              AllOf(HasSubstr("t.\"pupil/sex\" IN ('f')"),
                    HasSubstr("CAST(r.\"_area\" AS VARCHAR)"),
                    HasSubstr("\"latest_schools.pupil\" AS t LEFT JOIN "
                              "\"latest_schools\" AS r ON r.\"_id\" = "
                              "t.\"_id\"")));
}

TEST(SeriesQueryTest, WhatAFormDoesNotOfferIsDoubtful) {
  const absl::StatusOr<SeriesQueries> known =
      QueriesOf(IndicatorOf(Where("power", "IN", "no")));
  ASSERT_OK(known);
  EXPECT_THAT(known->doubtful, IsEmpty());
  const absl::StatusOr<SeriesQueries> unknown =
      QueriesOf(IndicatorOf(Where("power", "IN", "Yes")));
  ASSERT_OK(unknown);
  ASSERT_THAT(unknown->doubtful, SizeIs(1));
  EXPECT_EQ(unknown->doubtful[0].sql,
            "SELECT 'there' FROM \"latest_schools\" WHERE \"power\" = 'Yes' "
            "LIMIT 1");
  EXPECT_THAT(unknown->doubtful[0].error,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("file:13:"), HasSubstr("\"it\""),
                             HasSubstr("\"Yes\" is no choice of field "
                                       "\"power\""))));
}

struct Impossible {
  std::string numerator;
  std::string_view says;
};

class ImpossibleTest : public ::testing::TestWithParam<Impossible> {};

TEST_P(ImpossibleTest, NamesIndicatorFieldAndSpot) {
  EXPECT_THAT(
      QueriesOf(IndicatorOf(GetParam().numerator)).status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(StartsWith("file:13:"), HasSubstr("indicator \"it\""),
                     HasSubstr(std::string(GetParam().says)))));
}

INSTANTIATE_TEST_SUITE_P(
    All, ImpossibleTest,
    ::testing::Values(
        Impossible{Where("light", "IN", "yes"), "has no field \"light\""},
        Impossible{Where("Power", "IN", "yes"), "has no field \"Power\""},
        Impossible{Where("pupil/sex", "IN", "f"), "no field \"pupil/sex\""},
        Impossible{Where("power", "AT_LEAST", "yes"),
                   "\"power\" is of type choice, which OPERATOR_AT_LEAST"},
        Impossible{Where("power", "INCLUDES_ANY", "yes"), "of type choice"},
        Impossible{Where("services/\\\"uses\\\"", "IN", "net"),
                   "of type choices"},
        Impossible{Where("place", "IN", "1 2"), "of type point"},
        Impossible{Where("pupils", "IN", "many"),
                   "\"pupils\" has no such answer"},
        Impossible{Where("pupils", "IN", "1.5"),
                   "\"pupils\" has no such answer"},
        Impossible{Where("fee", "IN", "1,5"), "\"1,5\" is not a number"},
        Impossible{Where("fee", "IN", "1e20"), "at most 20 digits"},
        Impossible{Where("built", "IN", "2001-02-29"), "is not a date"},
        Impossible{Where("built", "IN", "2001-02-28T"), "is not a date"},
        Impossible{"sum: \"fee\"", "\"fee\" is of type decimal"},
        Impossible{"sum: \"chairs\"", "has no field \"chairs\""}));

TEST(SeriesQueryTest, PersonalAnswersStayWhereTheyAre) {
  // As the export has them: compared, where it has them in clear.
  const std::string compared = IndicatorOf(Where("head", "IN", "Ann"));
  EXPECT_OK(QueriesOf(compared));
  EXPECT_THAT(QueriesOf(compared, PersonalAnswers::kPseudonyms).status(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("\"head\" is personal")));
  EXPECT_OK(QueriesOf(IndicatorOf(Where("head", "ANSWERED", "")),
                      PersonalAnswers::kPseudonyms));
  EXPECT_THAT(
      QueriesOf(IndicatorOf(Where("none", "IN", "Ann")), PersonalAnswers::kNone)
          .status(),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("without personal answers")));
}

absl::Status BrokenDownBy(std::string_view field, std::string_view codes) {
  return QueriesOf(StrCat("dimension { id: \"PERIOD\" field: \"", field, "\" ",
                          codes, "}\n",
                          IndicatorOf(Where("power", "IN", "yes"),
                                      "breakdown { dimension: \"PERIOD\" }")))
      .status();
}

TEST(SeriesQueryTest, NothingIsBrokenDownByWhatTellsOfPeople) {
  constexpr std::string_view kCode = "code { from: \"1\" to: \"A\" }";
  EXPECT_OK(BrokenDownBy("water", ""));
  EXPECT_OK(BrokenDownBy("pupils", kCode));
  for (const auto& [field, codes, says] :
       {std::tuple("head", kCode, "is personal"),
        std::tuple("_assignee", std::string_view(), "only with codes"),
        std::tuple("_id", std::string_view(), "only with codes"),
        std::tuple("pupils", std::string_view(), "only with codes"),
        std::tuple("fee", kCode, "of type decimal"),
        std::tuple("services/\\\"uses\\\"", kCode, "of type choices"),
        std::tuple("gone", kCode, "no field \"gone\""),
        std::tuple("pupils", std::string_view("code { from: \"x\" to: \"A\" }"),
                   "\"pupils\"")}) {
    EXPECT_THAT(BrokenDownBy(field, codes),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(StartsWith("file:12:"), HasSubstr("\"it\""),
                               HasSubstr(std::string(says)))))
        << field;
  }
}

TEST(SeriesQueryTest, PopulationsAreOfRecords) {
  const auto error = [](std::string_view table) {
    return QueriesOf(
               StrCat("population { id: \"p\" table: \"", table,
                      "\" }\nindicator { id: \"it\" unit: "
                      "INDICATOR_UNIT_RATIO numerator { sum: \"pupils\" } "
                      "series { population: \"p\" code: \"A\" } }"))
        .status();
  };
  EXPECT_OK(error("schools"));
  EXPECT_THAT(error("clinics"), StatusIs(absl::StatusCode::kInvalidArgument,
                                         AllOf(StartsWith("file:12:"),
                                               HasSubstr("\"clinics\""))));
  EXPECT_THAT(error("history"), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr("no records")));
}

}  // namespace
}  // namespace chasqui::exporting
