// One form, spelled in the ways that XML allows: all read the same.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/xform_reader.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

constexpr char kUsual[] =
    "<h:html xmlns='http://www.w3.org/2002/xforms'"
    " xmlns:h='http://www.w3.org/1999/xhtml'"
    " xmlns:jr='http://openrosa.org/javarosa'>"
    "<h:head><h:title>T</h:title><model><instance><data id='f'><r><n/></r>"
    "</data></instance><bind nodeset='/data/r/n' type='int'"
    " jr:constraintMsg='no'/></model></h:head><h:body>"
    "<repeat nodeset='/data/r' jr:count='3'>"
    "<input ref='/data/r/n'><label>N</label></input></repeat>"
    "</h:body></h:html>";

Form Usual() { return *ReadXForm(kUsual, {}); }

TEST(SpellingTest, TheUsualOneHasWhatTheOthersAreComparedWith) {
  const Form form = Usual();
  ASSERT_EQ(form.repeats.size(), 1U);
  EXPECT_EQ(form.repeats[0].count, "3");
  ASSERT_EQ(form.fields.size(), 1U);
  EXPECT_EQ(form.fields[0].type, FieldType::kInteger);
  EXPECT_EQ(form.fields[0].label.size(), 1U);
  EXPECT_EQ(form.fields[0].constraint_message.size(), 1U);
}

TEST(SpellingTest, OtherPrefixes) {
  EXPECT_THAT(ReadXForm("<html xmlns='http://www.w3.org/1999/xhtml'"
                        " xmlns:xf='http://www.w3.org/2002/xforms'"
                        " xmlns:rosa='http://openrosa.org/javarosa'>"
                        "<head><title>T</title><xf:model><xf:instance>"
                        "<data xmlns='' id='f'><r><n/></r></data>"
                        "</xf:instance><xf:bind nodeset='/data/r/n'"
                        " type='int' rosa:constraintMsg='no'/></xf:model>"
                        "</head><body><xf:repeat nodeset='/data/r'"
                        " rosa:count='3'><xf:input ref='/data/r/n'>"
                        "<xf:label>N</xf:label></xf:input></xf:repeat>"
                        "</body></html>",
                        {}),
              testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, PrefixesDeclaredWhereTheyAreUsed) {
  EXPECT_THAT(
      ReadXForm("<a:html xmlns:a='http://www.w3.org/1999/xhtml'><a:head>"
                "<a:title>T</a:title>"
                "<model xmlns='http://www.w3.org/2002/xforms'"
                " xmlns:a='http://openrosa.org/javarosa'><instance>"
                "<data id='f'><r><n/></r></data></instance>"
                "<bind nodeset='/data/r/n' type='int' a:constraintMsg='no'/>"
                "</model></a:head><a:body>"
                "<b:repeat xmlns:b='http://www.w3.org/2002/xforms'"
                " nodeset='/data/r' c:count='3'"
                " xmlns:c='http://openrosa.org/javarosa'>"
                "<b:input ref='/data/r/n'><b:label>N</b:label></b:input>"
                "</b:repeat></a:body></a:html>",
                {}),
      testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, ANamespaceForgottenAltogether) {
  std::string xml = kUsual;
  const std::string declared = " xmlns='http://www.w3.org/2002/xforms'";
  xml.erase(xml.find(declared), declared.size());
  EXPECT_THAT(ReadXForm(xml, {}), testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, ByteOrderMarkDeclarationCommentsAndCarriageReturns) {
  std::string xml =
      "\xef\xbb\xbf<?xml version='1.0' encoding='UTF-8'?>\r\n"
      "<!-- made by hand -->\r\n" +
      std::string(kUsual);
  const auto insert = [&xml](const std::string& before,
                             const std::string& text) {
    xml.insert(xml.find(before), text);
  };
  insert("<model>", "<!-- <model/> -->\r\n");
  insert("<n/>", "\r\n  <!-- how many -->\r\n  ");
  insert("N</label>", "<!-- label -->");
  insert("<h:body>", "<?php nothing ?>");
  EXPECT_THAT(ReadXForm(xml + "\r\n<!-- end -->\r\n", {}),
              testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, CDataAndCharacterReferences) {
  std::string xml = kUsual;
  const auto replace = [&xml](const std::string& old, const std::string& with) {
    xml.replace(xml.find(old), old.size(), with);
  };
  replace("<label>N</label>", "<label><![CDATA[N]]></label>");
  replace("'3'", "'&#51;'");
  replace("<h:title>T<", "<h:title>&#x54;<");
  EXPECT_THAT(ReadXForm(xml, {}), testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, RelativePathsAndPathsWithPrefixes) {
  std::string xml = kUsual;
  const auto replace = [&xml](const std::string& old, const std::string& with) {
    xml.replace(xml.find(old), old.size(), with);
  };
  replace("nodeset='/data/r/n'", "nodeset=' r/n '");
  replace("nodeset='/data/r' ", "nodeset='./r' ");
  replace("ref='/data/r/n'", "ref='../r/jr:n'");
  EXPECT_THAT(ReadXForm(xml, {}), testing::IsOkAndHolds(Usual()));
}

TEST(SpellingTest, AFormNamedByTheNamespaceOfItsRoot) {
  std::string xml = kUsual;
  const std::string id = "id='f'";
  xml.replace(xml.find(id), id.size(), "xmlns='http://example.org/f'");
  const auto form = ReadXForm(xml, {});
  ASSERT_OK(form);
  EXPECT_EQ(form->id, "http://example.org/f");
  EXPECT_EQ(form->fields.size(), 1U);
}

}  // namespace
}  // namespace chasqui
