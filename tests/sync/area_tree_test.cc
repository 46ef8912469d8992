#include "sync/area_tree.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::IsOkAndHolds;
using ::chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

AreaColumns OneALine() {
  AreaColumns columns;
  columns.code = "code";
  columns.name = "name";
  columns.parent = "in";
  return columns;
}
AreaColumns ByLevels() {
  AreaColumns columns;
  columns.levels = {{"zone", ""}, {"state", ""}, {"lga_code", "lga"}};
  return columns;
}

auto Refused(const std::string& why) {
  return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(why));
}

TEST(AreaTreeTest, ParentsComeFirstOtherwiseInTheOrderOfTheList) {
  EXPECT_THAT(
      ReadAreas("code,name,in\n"
                "ado,Ado,benue\n"
                "benue,Benue,north_central\n"
                "agatu,Agatu,benue\n"
                "north_central,North-Central,\n",
                OneALine()),
      IsOkAndHolds(ElementsAre(Area{"north_central", "North-Central", ""},
                               Area{"benue", "Benue", "north_central"},
                               Area{"ado", "Ado", "benue"},
                               Area{"agatu", "Agatu", "benue"})));
}

TEST(AreaTreeTest, LevelsAreTakenFromEachLine) {
  EXPECT_THAT(
      ReadAreas("lga,state,zone,lga_code\n"
                "Ado,Benue,North-Central,benue_ado\n"
                "Abak,Akwa Ibom,South-South,akwa_abak\n"
                "Agatu,Benue,North-Central,benue_agatu\n",
                ByLevels()),
      IsOkAndHolds(ElementsAre(Area{"North-Central", "North-Central", ""},
                               Area{"Benue", "Benue", "North-Central"},
                               Area{"benue_ado", "Ado", "Benue"},
                               Area{"South-South", "South-South", ""},
                               Area{"Akwa_Ibom", "Akwa Ibom", "South-South"},
                               Area{"akwa_abak", "Abak", "Akwa_Ibom"},
                               Area{"benue_agatu", "Agatu", "Benue"})));
}

TEST(AreaTreeTest, AMapNamesAreasByItsProperties) {
  AreaColumns columns;
  columns.code = "shapeID";
  columns.name = "shapeName";
  EXPECT_THAT(ReadAreas(R"({"type": "FeatureCollection", "features": [
        {"type": "Feature", "geometry": {"type": "Point", "coordinates": [7, 6]},
         "properties": {"shapeName": "Eastern Obolo", "shapeID": "NGA-1"}},
        {"type": "Feature", "geometry": null,
         "properties": {"shapeName": "Obi", "shapeID": "NGA-2"}}]})",
                        columns),
              IsOkAndHolds(ElementsAre(Area{"NGA-1", "Eastern Obolo", ""},
                                       Area{"NGA-2", "Obi", ""})));
}

TEST(AreaTreeTest, TheSameTwiceCountsOnce) {
  EXPECT_THAT(ReadAreas("code,name,in\na,A,\nb,B,a\na,A,\n", OneALine()),
              IsOkAndHolds(SizeIs(2)));
}

// As spreadsheets leave them.
TEST(AreaTreeTest, BlanksOfAllKindsAreNoPartOfACode) {
  EXPECT_THAT(
      ReadAreas("\xef\xbb\xbf"
                "code,name,in\nAbia ,Abia,\n"
                "Akwa\xc2\xa0Ibom, Akwa Ibom ,Abia\n",
                OneALine()),
      IsOkAndHolds(ElementsAre(Area{"Abia", "Abia", ""},
                               Area{"Akwa_Ibom", "Akwa Ibom", "Abia"})));
  AreaColumns columns;
  columns.code = "id";
  EXPECT_THAT(
      ReadAreas("\xef\xbb\xbf{\"type\": \"FeatureCollection\", \"features\": "
                "[{\"type\": \"Feature\", \"id\": \"a\"}]}",
                columns),
      IsOkAndHolds(SizeIs(1)));
}

TEST(AreaTreeTest, WhatContradictsIsNamedWithBothPlaces) {
  EXPECT_THAT(ReadAreas("code,name,in\na,A,\nb,B,\na,A,b\n", OneALine()),
              Refused("line 4: area a lies in \"b\", and at line 2 \"\""));
  EXPECT_THAT(
      ReadAreas("code,name,in\na,A,\na,Aleph,\n", OneALine()),
      Refused("line 3: area a is named \"Aleph\", and at line 2 \"A\""));
}

TEST(AreaTreeTest, TargetsAreOfTheLowest) {
  AreaColumns columns = ByLevels();
  columns.target = "schools";
  EXPECT_THAT(ReadAreas("lga,state,zone,lga_code,schools\n"
                        "Ado,Benue,NC,ado,120\nAgatu,Benue,NC,agatu,\n",
                        columns),
              IsOkAndHolds(ElementsAre(Area{"NC", "NC", "", 0},
                                       Area{"Benue", "Benue", "NC", 0},
                                       Area{"ado", "Ado", "Benue", 120},
                                       Area{"agatu", "Agatu", "Benue", 0})));
  EXPECT_THAT(ReadAreas("lga,state,zone,lga_code,schools\n"
                        "Ado,Benue,NC,ado,many\nAdo,Benue,NC,ado,7\n",
                        columns),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("line 2: \"many\" is no target"),
                             HasSubstr("line 3: area ado has target \"7\", "
                                       "and at line 2 \"0\""))));
}

TEST(AreaTreeTest, AnUnknownParentIsNamed) {
  EXPECT_THAT(ReadAreas("code,name,in\na,A,atlantis\n", OneALine()),
              Refused("line 2: area a lies in atlantis, which is not in"));
}

TEST(AreaTreeTest, ACycleIsNamed) {
  EXPECT_THAT(
      ReadAreas("code,name,in\nz,Z,\na,A,b\nb,B,c\nc,C,a\n", OneALine()),
      Refused("line 3: area a lies in itself"));
  EXPECT_THAT(ReadAreas("code,name,in\na,A,a\n", OneALine()),
              Refused("line 2: area a lies in itself"));
}

// Not by recursion: such a list must not end the process.
TEST(AreaTreeTest, AChainOfAllAreasIsATree) {
  std::string list = "code,name,in\n";
  for (int i = 0; i < 100'000; ++i) {
    list += StrCat("a", i, ",,a", i + 1, "\n");
  }
  list += "a100000,,\n";
  EXPECT_THAT(ReadAreas(list, OneALine()), IsOkAndHolds(SizeIs(100'001)));
}

TEST(AreaTreeTest, ManyFaultsAreCounted) {
  std::string list = "code,name,in\n";
  for (int i = 0; i < 50; ++i) list += StrCat("a", i, ",,nowhere\n");
  EXPECT_THAT(ReadAreas(list, OneALine()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("line 21: "),
                             ::testing::Not(HasSubstr("line 22: ")),
                             HasSubstr("and 30 more"))));
}

TEST(AreaTreeTest, WhatIsNoListIsRefused) {
  EXPECT_THAT(ReadAreas("name,in\nA,\n", OneALine()),
              Refused("no column \"code\"; the columns are: name, in"));
  EXPECT_THAT(ReadAreas("", OneALine()), Refused("no column \"code\""));
  EXPECT_THAT(ReadAreas("code,name,in\n\"a,A,\n", OneALine()),
              Refused("line 2"));
  EXPECT_THAT(ReadAreas("code,name,in\na,A\n", OneALine()),
              Refused("line 2 has 2 cells, the head 3"));
  EXPECT_THAT(ReadAreas("code,name,in\n,A,\n", OneALine()),
              Refused("line 2: \"\" can be no area's code"));
  EXPECT_THAT(ReadAreas("{\"type\": \"Feature\"}", OneALine()),
              Refused("no FeatureCollection"));
  const std::string large(65, 'a');
  EXPECT_THAT(ReadAreas(StrCat("code,name,in\n", large, ",A,\n"), OneALine()),
              Refused("line 2"));
}

}  // namespace
}  // namespace chasqui
