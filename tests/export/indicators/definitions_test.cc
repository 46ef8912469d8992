// What is read of definitions, and where what is wrong with them stands.

#include "export/indicators/definitions.h"

#include <string>
#include <string_view>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/export/indicators/small_schools.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::exporting {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::string_view kUnfinished = R"(indicator {
  id: "power" title: "Schools with power" unit: INDICATOR_UNIT_PERCENT
  numerator { where { field: "power" op: OPERATOR_IN value: "yes" } }
  series { population: "primary" code: "A.1" }
)";

absl::Status ErrorOf(std::string_view text) {
  return ReadDefinitions(text, "file").status();
}

// Of what stands from line 12 on.
absl::Status ErrorOfRest(std::string_view rest) {
  return ErrorOf(SchoolDefinitions(rest));
}

TEST(DefinitionsTest, AreReadAsWritten) {
  const absl::StatusOr<Definitions> read =
      ReadDefinitions(SchoolDefinitions(StrCat(kUnfinished, R"(
  decimals: 0
  denominator { sum: "pupils" }
  breakdown { dimension: "SECTOR" dimension: "AREA" }
  key { dimension: "PERIOD" code: "2014" }
}
suppress_below: 5
not_asked { code: "A.2" title: "Water" reason: "who knows" })")),
                      "file");
  ASSERT_OK(read);
  EXPECT_EQ(read->structure, "TEST:SCHOOLS(1.0)");
  EXPECT_EQ(read->suppress_below, 5u);
  ASSERT_EQ(read->populations.size(), 1u);
  EXPECT_EQ(read->populations[0].where->field, "level");
  ASSERT_EQ(read->dimensions.size(), 2u);
  EXPECT_EQ(read->dimensions[1].total, "_T");
  EXPECT_EQ(read->dimensions[1].codes[1].to, "INST_PRIV");
  ASSERT_EQ(read->indicators.size(), 1u);
  const Indicator& indicator = read->indicators[0];
  EXPECT_EQ(indicator.decimals, 0u);
  EXPECT_EQ(indicator.numerator.where->op, Operator::kIn);
  EXPECT_THAT(indicator.numerator.where->values, ElementsAre("yes"));
  EXPECT_EQ(indicator.denominator.sum, "pupils");
  EXPECT_THAT(indicator.breakdowns, ElementsAre(ElementsAre(1, 0)));
  EXPECT_EQ(indicator.keys[0].dimension, 3u);
  EXPECT_EQ(read->not_asked[0].reason, "who knows");
}

TEST(DefinitionsTest, ConditionsNest) {
  const absl::StatusOr<Definitions> read =
      ReadDefinitions(SchoolDefinitions(R"(indicator {
  id: "i" unit: INDICATOR_UNIT_RATIO
  numerator { where {
    all { field: "water" op: OPERATOR_ANSWERED }
    all { none { any { field: "pupils" op: OPERATOR_LESS_THAN value: "3" } } }
  } }
  series { population: "primary" code: "A.1" } })"),
                      "file");
  ASSERT_OK(read);
  const Condition& all = *read->indicators[0].numerator.where;
  EXPECT_EQ(all.kind, Condition::Kind::kAll);
  ASSERT_EQ(all.parts.size(), 2u);
  EXPECT_EQ(all.parts[1].kind, Condition::Kind::kNone);
  EXPECT_EQ(all.parts[1].parts[0].kind, Condition::Kind::kAny);
  EXPECT_EQ(all.parts[1].parts[0].parts[0].field, "pupils");
  EXPECT_EQ(all.parts[1].at.line, 16);
}

struct Wrong {
  std::string_view rest;
  std::string_view begins;
  std::string_view says;
};

class WrongDefinitionsTest : public ::testing::TestWithParam<Wrong> {};

TEST_P(WrongDefinitionsTest, AreRefusedWithTheSpot) {
  EXPECT_THAT(ErrorOfRest(GetParam().rest),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith(std::string(GetParam().begins)),
                             HasSubstr(std::string(GetParam().says)))));
}

INSTANTIATE_TEST_SUITE_P(
    All, WrongDefinitionsTest,
    ::testing::Values(
        Wrong{"indicators {", "file:12:", "indicators"},
        Wrong{"indicator { id: \"i\" ", "file:12:", ""},
        Wrong{"", "file:", "no indicator"},
        Wrong{"suppress_below: -1", "file:12:", "integer"},
        Wrong{
            "\n indicator { numerator { where {\n field: \"a\" op: LIKE } } }",
            "file:14:", "\"LIKE\""},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { where { field: \"a\" op: OPERATOR_LESS_THAN\n"
              "    value: \"1\" value: \"2\" } } }",
              "file:13:", "has 2 values; it takes one"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { where { field: \"a\" } } }",
              "file:13:", "\"a\" has no op"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { where { field: \"a\" all { field: \"b\" } } } }",
              "file:13:", "one of: a field, all, any, none"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { where { } } }",
              "file:13:", "has a field, or parts"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { } }",
              "file:13:", "neither where, nor the sum"},
        Wrong{"indicator { id: \"i\" numerator { sum: \"a\" } }",
              "file:12:", "no unit"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO }",
              "file:12:", "no numerator"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO decimals: 7\n"
              "  numerator { sum: \"a\" } }",
              "file:12:", "more than 6 decimals"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { sum: \"a\" } }",
              "file:12:", "no series"},
        Wrong{"indicator { id: \"i\" unit: INDICATOR_UNIT_RATIO\n"
              "  numerator { sum: \"a\" }\n"
              "  series { population: \"all\" code: \"x\" } }",
              "file:14:", "no population \"all\""},
        Wrong{"population { id: \"primary\" table: \"schools\" }",
              "file:12:", "\"primary\" is there twice"},
        Wrong{"dimension { id: \"AREA\" field: \"a\" }",
              "file:12:", "\"AREA\" is there twice"},
        Wrong{"dimension { id: \"PLACE\" field: \"a\" }",
              "file:12:", "no dimension \"PLACE\""},
        Wrong{"dimension { id: \"PERIOD\" field: \"a\"\n"
              "  code { from: \"1\" to: \"x\" }\n"
              "  code { from: \"1\" to: \"y\" } }",
              "file:14:", "\"1\" has two codes"},
        Wrong{"population { id: \"p\" table: \"s\\001\" }",
              "file:12:", "control characters"},
        Wrong{"population { id: \"p\" table: \"\\377\" }", "file:12:", "UTF-8"},
        Wrong{"not_asked { code: \"A.2\" }", "file:12:", "a reason"}));

std::string Twice(std::string_view more) {
  return StrCat(kUnfinished, "}\n", kUnfinished, more, "}");
}

TEST(DefinitionsTest, AnIndicatorIsThereOnce) {
  EXPECT_THAT(ErrorOfRest(Twice("")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(StartsWith("file:17:"),
                             HasSubstr("indicator \"power\" is there twice"))));
}

TEST(DefinitionsTest, ABreakdownIsByDimensionsOnce) {
  const auto error = [](std::string_view breakdown) {
    return ErrorOfRest(StrCat(kUnfinished, breakdown, "}"));
  };
  EXPECT_OK(error("breakdown { dimension: \"AREA\" }"));
  for (const std::string_view wrong :
       {"breakdown { }", "breakdown { dimension: \"PERIOD\" }",
        "breakdown { dimension: \"AREA\" dimension: \"AREA\" }",
        "breakdown { dimension: \"AREA\" dimension: \"SECTOR\" }"
        "breakdown { dimension: \"SECTOR\" dimension: \"AREA\" }"}) {
    EXPECT_THAT(error(wrong), StatusIs(absl::StatusCode::kInvalidArgument,
                                       StartsWith("file:16:")))
        << wrong;
  }
}

TEST(DefinitionsTest, VersionAndStructureAreNeeded) {
  EXPECT_THAT(ErrorOf(""), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("chasqui_indicators: 1")));
  EXPECT_THAT(
      ErrorOf("chasqui_indicators: 2"),
      StatusIs(absl::StatusCode::kInvalidArgument, StartsWith("file:1:1:")));
  EXPECT_THAT(ErrorOf("chasqui_indicators: 1"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("structure has no id")));
  EXPECT_THAT(ErrorOf("chasqui_indicators: 1 structure { id: \"a\" }"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no dimension \"INDICATOR\"")));
}

TEST(DefinitionsTest, TooMuchIsRefused) {
  std::string deep = "indicator { numerator { where { ";
  for (int i = 0; i < 100'000; ++i) deep += "all { ";
  EXPECT_THAT(ErrorOfRest(deep), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(ErrorOf(std::string(kDefinitionsBytesMax + 1, ' ')),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("at most 1048576")));
}

}  // namespace
}  // namespace chasqui::exporting
