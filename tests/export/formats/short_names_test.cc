#include "export/formats/short_names.h"

#include <set>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace chasqui::exporting {
namespace {

using ::testing::Each;
using ::testing::SizeIs;

bool IsIf(std::string_view name) { return name == "if"; }

ShortNames Short(std::size_t bytes_max) {
  return ShortNames({.bytes_max = bytes_max, .is_reserved = IsIf});
}

ShortNames WithMark(std::size_t bytes_max) {
  return ShortNames({.bytes_max = bytes_max,
                     .mark = '@',
                     .underscore = false,
                     .is_reserved = IsIf});
}

TEST(ShortNamesTest, WhatIsPlainStays) {
  ShortNames names = Short(32);
  EXPECT_EQ(names.Add("depth"), "depth");
  EXPECT_EQ(names.Add("_id"), "_id");
  EXPECT_EQ(names.Add("water/source-2"), "water_source_2");
  EXPECT_EQ(names.Add("\xc3\xa9t\xc3\xa9"), "__t__");
}

TEST(ShortNamesTest, NoneBeginsAsNoneMay) {
  ShortNames names = Short(32);
  EXPECT_EQ(names.Add("2nd"), "_2nd");
  EXPECT_EQ(names.Add("if"), "_if");
  EXPECT_EQ(names.Add("IF"), "_IF_2");
  EXPECT_EQ(names.Add(""), "_");
  ShortNames marked = WithMark(64);
  EXPECT_EQ(marked.Add("_id"), "@id");
  EXPECT_EQ(marked.Add("id"), "id");
  EXPECT_EQ(marked.Add("if"), "@if");
  EXPECT_EQ(marked.Add("2nd"), "@2nd");
  EXPECT_EQ(marked.Add("/"), "@");
}

TEST(ShortNamesTest, NoTwoAreTheSameInWhateverCase) {
  ShortNames names = Short(32);
  EXPECT_EQ(names.Add("a/b"), "a_b");
  EXPECT_EQ(names.Add("a-b"), "a_b_2");
  EXPECT_EQ(names.Add("A_B"), "A_B_3");
  EXPECT_EQ(names.Add("a_b_2"), "a_b_2_2");
  ShortNames others = Short(32);
  EXPECT_EQ(others.Add("a/b"), "a_b");
  EXPECT_EQ(others.Add("A-b"), "A_b_2");
  EXPECT_EQ(others.Add("a_b_2"), "a_b_2_2");
}

TEST(ShortNamesTest, OfALongOneTheEndStays) {
  ShortNames names = Short(32);
  EXPECT_EQ(names.Add("facility/infrastructure/improved_water_supply"),
            "improved_water_supply");
  EXPECT_EQ(names.Add("facility/other/infrastructure/improved_water_supply"),
            "improved_water_supply_2");
  EXPECT_EQ(names.Add("averylongwordthatgoesonandonandnevercomestoanend"),
            "goesonandonandnevercomestoanend");
}

TEST(ShortNamesTest, NoneIsTooLongHoweverMany) {
  ShortNames names = Short(8);
  std::set<std::string> all;
  for (int i = 0; i < 20'000; ++i) {
    all.insert(names.Add("group/question/with/a/long/name"));
  }
  EXPECT_THAT(all, SizeIs(20'000));
  EXPECT_THAT(all, Each(SizeIs(::testing::Le(8U))));
}

}  // namespace
}  // namespace chasqui::exporting
