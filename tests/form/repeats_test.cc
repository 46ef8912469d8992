// Repeats: nesting, rows set out in the instance, counts and labels.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/xform_reader.h"
#include "tests/form/xform_text.h"

namespace chasqui {
namespace {

using ::chasqui::testing::FieldAt;
using ::chasqui::testing::MustRead;
using ::testing::ElementsAre;

TEST(RepeatsTest, NestThreeDeep) {
  const Form form = MustRead(
      {"<village><name/><house><roof/><person><age/></person></house>"
       "</village><end/>",
       "",
       "<group ref='/data/village'><label>Village</label>"
       "<repeat nodeset='/data/village'><input ref='/data/village/name'/>"
       "<group ref='/data/village/house'><label>House</label>"
       "<repeat nodeset='/data/village/house' jr:count='/data/village/n'>"
       "<repeat nodeset='/data/village/house/person'>"
       "<label>Person</label></repeat></repeat></group></repeat></group>"});
  ASSERT_EQ(form.repeats.size(), 3U);
  EXPECT_EQ(form.repeats[0].path, "village");
  EXPECT_EQ(form.repeats[0].parent, std::nullopt);
  EXPECT_EQ(form.repeats[1].path, "village/house");
  EXPECT_EQ(form.repeats[1].parent, 0U);
  EXPECT_EQ(form.repeats[1].count, "/data/village/n");
  EXPECT_EQ(form.repeats[2].path, "village/house/person");
  EXPECT_EQ(form.repeats[2].parent, 1U);
  EXPECT_EQ(FieldAt(form, "village/name").repeat, 0U);
  EXPECT_EQ(FieldAt(form, "village/house/roof").repeat, 1U);
  EXPECT_EQ(FieldAt(form, "village/house/person/age").repeat, 2U);
  EXPECT_EQ(FieldAt(form, "end").repeat, std::nullopt);
  EXPECT_THAT(form.repeats[0].label,
              ElementsAre(::testing::Pair("", "Village")));
  EXPECT_THAT(form.repeats[1].label, ElementsAre(::testing::Pair("", "House")));
  EXPECT_THAT(form.repeats[2].label,
              ElementsAre(::testing::Pair("", "Person")));
}

TEST(RepeatsTest, TheTemplateAndTheRowsSetOutAreOneNode) {
  const Form form =
      MustRead({"<r jr:template=''><a>1</a><b/></r>"
                "<r><a>2</a></r><r><a>3</a><c/></r>",
                "", "<repeat nodeset='/data/r'/>"});
  ASSERT_EQ(form.fields.size(), 3U);
  EXPECT_EQ(form.fields[0].path, "r/a");
  EXPECT_EQ(form.fields[0].default_value, "1");
  EXPECT_EQ(form.fields[1].path, "r/b");
  EXPECT_EQ(form.fields[2].path, "r/c");
}

TEST(RepeatsTest, GroupsBetweenRepeatsAreNoRepeats) {
  const Form form = MustRead({"<r><g><s><a/></s></g></r>", "",
                              "<repeat nodeset='/data/r'><group ref='g'>"
                              "<repeat nodeset='s'><input ref='a'/></repeat>"
                              "</group></repeat>"});
  ASSERT_EQ(form.repeats.size(), 2U);
  EXPECT_EQ(form.repeats[1].path, "r/g/s");
  ASSERT_EQ(form.groups.size(), 1U);
  EXPECT_EQ(form.groups[0].repeat, 0U);
  EXPECT_TRUE(FieldAt(form, "r/g/s/a").asked);
}

TEST(RepeatsTest, AnEmptyRepeatOrGroupIsNoField) {
  const Form form =
      MustRead({"<r/><g/><a/>", "",
                "<repeat nodeset='/data/r'/><group ref='/data/g'/>"});
  ASSERT_EQ(form.fields.size(), 1U);
  EXPECT_EQ(form.fields[0].path, "a");
  EXPECT_EQ(form.repeats.size(), 1U);
  EXPECT_EQ(form.groups.size(), 1U);
}

}  // namespace
}  // namespace chasqui
