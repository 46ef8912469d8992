#include "sync/form/xpath_references.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/limits.h"
#include "sync/form/xml_tree.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::xform {
namespace {

using ::chasqui::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

// The paths that `expression` mentions at the node `at`.
std::vector<std::string> Mentions(const std::string& expression,
                                  const std::string& at = "row/age") {
  const auto xml = XmlTree::Parse(
      "<data><state/><lga/><row><age/><sex/><a-b.c/></row><div/></data>");
  const auto tree = InstanceTree::Build(xml->root());
  const auto node = tree->Resolve(at, kRootNode);
  const auto found = XPathReferences(*tree).Of(expression, *node);
  EXPECT_TRUE(found.ok()) << found.status();
  std::vector<std::string> paths;
  for (const NodeIndex index : found.value_or(std::vector<NodeIndex>())) {
    paths.push_back(tree->node(index).path);
  }
  return paths;
}

TEST(XPathReferencesTest, ReadsPaths) {
  EXPECT_THAT(Mentions("/data/state"), ElementsAre("state"));
  EXPECT_THAT(Mentions(" / data / row / sex "), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("../sex"), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("../../state"), ElementsAre("state"));
  EXPECT_THAT(Mentions("."), ElementsAre("row/age"));
  EXPECT_THAT(Mentions("./../sex"), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("current()/../sex"), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("age + sex", "row"), ElementsAre("row/age", "row/sex"));
  EXPECT_THAT(Mentions("../*"), ElementsAre("row/age", "row/sex", "row/a-b.c"));
  EXPECT_THAT(Mentions("//sex"), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("/data//a-b.c"), ElementsAre("row/a-b.c"));
  EXPECT_THAT(Mentions("/data/orx:row/x:sex"), ElementsAre("row/sex"));
  EXPECT_THAT(Mentions("parent::node()/child::sex"), ElementsAre("row/sex"));
}

TEST(XPathReferencesTest, PathsToNowhereMentionNothing) {
  EXPECT_THAT(Mentions("/other/state"), IsEmpty());
  EXPECT_THAT(Mentions("/data/row/nothing"), IsEmpty());
  EXPECT_THAT(Mentions("../../../../state"), IsEmpty());
  EXPECT_THAT(Mentions("@id"), IsEmpty());
}

TEST(XPathReferencesTest, LooksIntoFunctionsAndBrackets) {
  EXPECT_THAT(Mentions("if(selected(../sex, 'f'), /data/lga, (/data/state))"),
              ElementsAre("state", "lga", "row/sex"));
  EXPECT_THAT(Mentions("not(true()) or count-selected(/data/lga) > 3"),
              ElementsAre("lga"));
}

TEST(XPathReferencesTest, SkipsLiteralsAndNumbers) {
  EXPECT_THAT(Mentions("'/data/state' = \"../sex\" or 1.5 > .5"), IsEmpty());
  EXPECT_THAT(Mentions("concat('it''s /data/lga', /data/state)"),
              ElementsAre("state"));
}

TEST(XPathReferencesTest, TellsOperatorsFromNames) {
  EXPECT_THAT(Mentions("/data/state div /data/lga", "row"),
              ElementsAre("state", "lga"));
  EXPECT_THAT(Mentions("div div div", "row"), IsEmpty());
  EXPECT_THAT(Mentions("/data/div * 2"), ElementsAre("div"));
  EXPECT_THAT(Mentions("/data/state*/data/lga"), ElementsAre("state", "lga"));
  EXPECT_THAT(Mentions("/data/state -/data/lga"), ElementsAre("state", "lga"));
  EXPECT_THAT(Mentions(".>../sex"), ElementsAre("row/age", "row/sex"));
}

TEST(XPathReferencesTest, ReadsPredicatesFromTheNodesTheyFilter) {
  EXPECT_THAT(Mentions("sum(/data/row[sex = 'f']/age)", "state"),
              ElementsAre("row/age", "row/sex"));
  EXPECT_THAT(Mentions("/data/row[position() = 1][age > 2]/sex", "state"),
              ElementsAre("row/age", "row/sex"));
  EXPECT_THAT(Mentions("/data/row[sex = current()/../lga]/age", "state"),
              ElementsAre("lga", "row/age", "row/sex"));
}

TEST(XPathReferencesTest, PathsIntoOtherInstancesMentionOnlyTheirPredicates) {
  EXPECT_THAT(Mentions("instance('lgas')/root/item[state = /data/state]/sex"),
              ElementsAre("state"));
  EXPECT_THAT(Mentions("instance('x')/data/row[sex = current()/../sex]/age"),
              ElementsAre("row/sex"));
}

TEST(XPathReferencesTest, TakesWhatItCanFromWhatIsNoXPath) {
  EXPECT_THAT(Mentions("/data/state = 'unclosed /data/lga"),
              ElementsAre("state"));
  EXPECT_THAT(Mentions(")) ]/data/lga + (["), ElementsAre("lga"));
  EXPECT_THAT(Mentions("+ [ :: @ , ] :) $x != \""), IsEmpty());
}

TEST(XPathReferencesTest, RefusesBracketsBeyondTheLimit) {
  const auto xml = XmlTree::Parse("<data><a/></data>");
  const auto tree = InstanceTree::Build(xml->root());
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "/data/a" + std::string(depth, ')');
  };
  EXPECT_TRUE(
      XPathReferences(*tree).Of(nested(kExpressionDepthMax), kRootNode).ok());
  EXPECT_THAT(
      XPathReferences(*tree).Of(nested(kExpressionDepthMax + 1), kRootNode),
      StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(XPathReferencesTest, RefusesExpressionsThatTakeTooManySteps) {
  std::string xml = "<data>";
  for (int i = 0; i < 10'000; ++i) xml += "<a" + std::to_string(i) + "/>";
  const auto parsed = XmlTree::Parse(xml + "</data>");
  const auto tree = InstanceTree::Build(parsed->root());
  std::string expression;
  for (int i = 0; i < 6'000; ++i) expression += "+//*";
  EXPECT_THAT(XPathReferences(*tree).Of(expression, kRootNode),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace chasqui::xform
