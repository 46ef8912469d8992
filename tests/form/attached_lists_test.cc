// The formats of attached lists: CSV, JSON and GeoJSON.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/csv_table.h"
#include "sync/form/geojson_table.h"
#include "sync/form/json.h"
#include "sync/form/limits.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::xform {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

auto IsRefused(const std::string& says) {
  return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(says));
}

TEST(CsvTableTest, ReadsRowsByColumn) {
  EXPECT_THAT(
      ReadCsvTable("name, label\na,A\nb,B\n"),
      IsOkAndHolds(ElementsAre(ElementsAre(::testing::Pair("name", "a"),
                                           ::testing::Pair("label", "A")),
                               ElementsAre(::testing::Pair("name", "b"),
                                           ::testing::Pair("label", "B")))));
}

TEST(CsvTableTest, QuotesHoldCommasQuotesAndLineBreaks) {
  EXPECT_THAT(ReadCsvTable("n\r\n\"a, \"\"b\"\"\r\nc\"\r\n\"\"\r\n"),
              IsOkAndHolds(ElementsAre(
                  ElementsAre(::testing::Pair("n", "a, \"b\"\r\nc")))));
}

TEST(CsvTableTest, LetsPassWhatSpreadsheetsWrite) {
  EXPECT_THAT(
      ReadCsvTable("\xef\xbb\xbfn,m,,\n\na\nb,1,,\nc,2"),
      IsOkAndHolds(ElementsAre(
          ElementsAre(::testing::Pair("n", "a"), ::testing::Pair("m", "")),
          ElementsAre(::testing::Pair("n", "b"), ::testing::Pair("m", "1")),
          ElementsAre(::testing::Pair("n", "c"), ::testing::Pair("m", "2")))));
  EXPECT_THAT(ReadCsvTable("n,m\n"), IsOkAndHolds(IsEmpty()));
}

TEST(CsvTableTest, RefusesWithTheLine) {
  EXPECT_THAT(ReadCsvTable(""), IsRefused("line 1: no line of column names"));
  EXPECT_THAT(ReadCsvTable("a,b,a\n"), IsRefused("line 1: a second column"));
  EXPECT_THAT(ReadCsvTable("a\n\"x\ny\"\nb,c\n"),
              IsRefused("line 4: 2 cells, but 1 columns"));
  EXPECT_THAT(ReadCsvTable("a\n1\n\"x"), IsRefused("line 3: a quote"));
  EXPECT_THAT(ReadCsvTable("a\n\"x\"y\n"), IsRefused("line 2: text after"));
  EXPECT_THAT(ReadCsvTable("a\n\xff\n"), IsRefused("line 2: byte 0xff"));
}

TEST(JsonTest, ReadsEveryKindOfValue) {
  const auto json = ParseJson(
      " {\"a\": [1, -2.5e3, true, null], \"b\": "
      "\"\\u00e9\\ud83d\\ude00\\n\"} ");
  ASSERT_OK(json);
  const Json* list = json->Get("a");
  ASSERT_NE(list, nullptr);
  ASSERT_EQ(list->items.size(), 4U);
  EXPECT_EQ(list->items[1].text, "-2.5e3");
  EXPECT_EQ(list->items[2].kind, Json::Kind::kWord);
  EXPECT_EQ(list->items[3].kind, Json::Kind::kNull);
  EXPECT_EQ(json->Get("b")->text, "é😀\n");
  EXPECT_EQ(json->Get("c"), nullptr);
  EXPECT_EQ(list->Get("a"), nullptr);
}

TEST(JsonTest, RefusesWhatIsNone) {
  for (const char* text :
       {"", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":1,}", "{1:2}", "\"a", "\"\\",
        "\"\\x\"", "\"\\u12g4\"", "\"\\ud83d\"", "\"\\ud83d\\u0041\"", "tru",
        "1 2", "+1", "\"\\u"}) {
    EXPECT_THAT(ParseJson(text), IsRefused("not JSON")) << text;
  }
}

TEST(JsonTest, RefusesNestingBeyondTheLimit) {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + "1" + std::string(depth, ']');
  };
  EXPECT_OK(ParseJson(nested(kJsonDepthMax)));
  EXPECT_THAT(ParseJson(nested(kJsonDepthMax + 1)),
              IsRefused("limit of " + std::to_string(kJsonDepthMax)));
  EXPECT_THAT(ParseJson(std::string(1'000'000, '[')), IsRefused("limit of"));
}

TEST(GeoJsonTableTest, FeaturesAreRows) {
  EXPECT_THAT(
      ReadGeoJsonTable(
          R"({"type": "FeatureCollection", "features": [
              {"id": "fid", "properties": {"title": "T", "open": true,
                                           "tags": ["x"], "none": null}},
              {"id": 7, "properties": {"id": "own"}}]})"),
      IsOkAndHolds(ElementsAre(ElementsAre(::testing::Pair("title", "T"),
                                           ::testing::Pair("open", "true"),
                                           ::testing::Pair("id", "fid")),
                               ElementsAre(::testing::Pair("id", "own")))));
}

TEST(GeoJsonTableTest, RefusesWhatIsNoCollection) {
  EXPECT_THAT(ReadGeoJsonTable("[]"), IsRefused("no FeatureCollection"));
  EXPECT_THAT(ReadGeoJsonTable(R"({"type": "Feature"})"),
              IsRefused("no FeatureCollection"));
  EXPECT_THAT(ReadGeoJsonTable(R"({"type": "FeatureCollection",
                                   "features": 1})"),
              IsRefused("no FeatureCollection"));
}

}  // namespace
}  // namespace chasqui::xform
