// Figures as files, byte for byte.

#include "export/indicators/figure_files.h"

#include <string>
#include <string_view>
#include <vector>

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
using ::testing::StartsWith;

constexpr std::string_view kRest = R"(indicator {
  id: "power" title: "Schools, with power" unit: INDICATOR_UNIT_PERCENT
  decimals: 1
  numerator { where { field: "power" op: OPERATOR_IN value: "yes" } }
  series { population: "primary" code: "A.1" }
  breakdown { dimension: "AREA" }
}
not_asked { code: "A.2" title: "Water" reason: "The form does not ask."
  key { dimension: "SECTOR" code: "X" } })";

Definitions Read(std::string_view rest) {
  absl::StatusOr<Definitions> read =
      ReadDefinitions(SchoolDefinitions(rest), "file");
  EXPECT_OK(read);
  return *std::move(read);
}

std::vector<Figure> SomeFigures() {
  return {
      {.numerator = 2,
       .denominator = 3,
       .records = 3,
       .answered = 3,
       .expected = 9},
      {.by = {{0, "north"}},
       .numerator = 1,
       .denominator = 1,
       .records = 1,
       .answered = 1,
       .expected = 1,
       .status = FigureStatus::kSmall},
      {.by = {{0, "south"}},
       .numerator = 1,
       .denominator = 2,
       .records = 2,
       .answered = 2,
       .expected = 2,
       .status = FigureStatus::kProtects},
      {.by = {{0, "west"}}, .expected = 6, .status = FigureStatus::kNoAnswers}};
}

const Watermark kWatermark = {.survey = "census",
                              .to = {LogName{0xAB}, 12},
                              .increment = 2,
                              .received_ms = 1'396'434'615'250};

TEST(FigureFilesTest, Table) {
  const Definitions definitions = Read(kRest);
  const auto rows =
      FigureRows(definitions, SomeFigures(), {{"PERIOD", "2014"}});
  ASSERT_OK(rows);
  constexpr std::string_view kEnd =
      ",census,2,00000000000000ab:12,2014-04-02T10:30:15.250Z\r\n";
  EXPECT_EQ(
      IndicatorsCsv(definitions, kWatermark, *rows),
      StrCat(
          "indicator,title,INDICATOR,AREA,SECTOR,PERIOD,value,numerator,"
          "denominator,answered,expected,coverage_percent,status,note,"
          "survey,increment,watermark,as_of\r\n",
          "power,\"Schools, with power\",A.1,_T,_T,2014,66.7,2,3,3,9,33.33,"
          "given,",
          kEnd, "power,\"Schools, with power\",A.1,north,_T,2014,,,,,,,small,",
          kEnd,
          "power,\"Schools, with power\",A.1,south,_T,2014,,,,,,,protects,",
          kEnd,
          "power,\"Schools, with power\",A.1,west,_T,2014,,0,0,0,6,0.00,"
          "no_answers,",
          kEnd, ",Water,A.2,_T,X,2014,,,,,,,not_asked,The form does not ask.",
          kEnd));
}

TEST(FigureFilesTest, Sdmx) {
  const Definitions definitions = Read(kRest);
  const auto rows =
      FigureRows(definitions, SomeFigures(), {{"PERIOD", "2014"}});
  ASSERT_OK(rows);
  constexpr std::string_view kBegin = "dataflow,TEST:SCHOOLS(1.0),I,";
  constexpr std::string_view kEnd =
      ",00000000000000ab:12,2014-04-02T10:30:15.250Z\r\n";
  EXPECT_EQ(
      SdmxCsv(definitions, kWatermark, *rows),
      StrCat("STRUCTURE,STRUCTURE_ID,ACTION,INDICATOR,AREA,SECTOR,PERIOD,"
             "OBS_VALUE,OBS_STATUS,CONF_STATUS,DECIMALS,NUMERATOR,DENOMINATOR,"
             "ANSWERED,EXPECTED,COVERAGE,WATERMARK,AS_OF\r\n",
             kBegin, "A.1,_T,_T,2014,66.7,A,F,1,2,3,3,9,33.33", kEnd, kBegin,
             "A.1,north,_T,2014,,Q,A,1,,,,,", kEnd, kBegin,
             "A.1,south,_T,2014,,Q,D,1,,,,,", kEnd, kBegin,
             "A.1,west,_T,2014,,O,F,1,0,0,0,6,0.00", kEnd, kBegin,
             "A.2,_T,X,2014,,L,F,,,,,,", kEnd));
}

TEST(FigureFilesTest, TheNearestCodeComesFirst) {
  const Definitions definitions = Read(
      "population { id: \"p\" table: \"schools\""
      " key { dimension: \"SECTOR\" code: \"of p\" }"
      " key { dimension: \"PERIOD\" code: \"of p\" } }\n"
      "indicator { id: \"it\" unit: INDICATOR_UNIT_RATIO"
      " numerator { sum: \"pupils\" }"
      " series { population: \"p\" code: \"A.1\" }"
      " breakdown { dimension: \"AREA\" }"
      " key { dimension: \"PERIOD\" code: \"of it\" } }");
  const auto rows =
      FigureRows(definitions,
                 {{.status = FigureStatus::kNoAnswers},
                  {.by = {{0, "north"}}, .status = FigureStatus::kNoAnswers}},
                 {{"PERIOD", "2014"}, {"AREA", "NG"}});
  ASSERT_OK(rows);
  EXPECT_THAT((*rows)[0].codes,
              ::testing::ElementsAre("A.1", "NG", "of p", "of it"));
  EXPECT_THAT((*rows)[1].codes,
              ::testing::ElementsAre("A.1", "north", "of p", "of it"));
}

TEST(FigureFilesTest, EveryDimensionNeedsACode) {
  const Definitions definitions = Read(kRest);
  EXPECT_THAT(CheckCodes(definitions, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("file:16:"), HasSubstr("\"power\""),
                             HasSubstr("\"PERIOD\" has no code"))));
  EXPECT_OK(CheckCodes(definitions, {{"PERIOD", "2014"}}));
  EXPECT_THAT(CheckCodes(definitions, {{"TIME", "2014"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no dimension \"TIME\"")));
  EXPECT_THAT(
      CheckCodes(definitions, {{"PERIOD", "1"}, {"PERIOD", "2"}}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("two codes")));
  EXPECT_THAT(CheckCodes(definitions, {{"INDICATOR", "1"}}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace chasqui::exporting
