// Every reason for which a form is refused, with the rule it breaks. Whatever
// is not here is read.

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/xform_reader.h"
#include "tests/form/xform_text.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::StatusIs;
using ::chasqui::testing::XFormText;
using ::testing::HasSubstr;

struct Refusal {
  std::string name;
  std::string xml;
  std::string says;  // Part of the error.
};

std::string FormText(const std::string& instance, const std::string& model,
                     const std::string& body) {
  return XFormText{instance, model, body}.ToXml();
}

std::string Html(const std::string& inside) {
  return "<h:html xmlns=\"http://www.w3.org/2002/xforms\" "
         "xmlns:h=\"http://www.w3.org/1999/xhtml\">\n" +
         inside + "</h:html>";
}

class RefusalTest : public ::testing::TestWithParam<Refusal> {};

TEST_P(RefusalTest, NamesTheLineAndTheRule) {
  EXPECT_THAT(
      ReadXForm(GetParam().xml, {}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(GetParam().says)));
}

std::string NameOf(const ::testing::TestParamInfo<Refusal>& info) {
  return info.param.name;
}

// Not a document that could hold a form.
INSTANTIATE_TEST_SUITE_P(
    Xml, RefusalTest,
    ::testing::Values(
        Refusal{"Nothing", "", "line 1: not XML"},
        Refusal{"PlainText", "name,age\nAda,7\n", "not XML"},
        Refusal{"TagNotClosed", "<a>\n<b>\n</a>", "line 3: not XML"},
        Refusal{"SecondRoot", "<a/>\n<b/>",
                "line 2: not XML: a second element"},
        Refusal{"PrefixNotDeclared", "<a>\n<x:b/></a>",
                "line 2: not XML: the prefix \"x\" is not declared"},
        Refusal{"AttributePrefixNotDeclared", "<a>\n<b x:c=''/></a>",
                "line 2: not XML: the prefix \"x\" is not declared"},
        Refusal{"Latin1", "<a>\nSch\xfcler</a>", "line 2: byte 0xfc"},
        Refusal{"Utf16", std::string("\xff\xfe<\0a\0", 6), "line 1: byte 0xff"},
        Refusal{"OverlongUtf8", "<a>\xc0\xaf</a>", "line 1: byte 0xc0"},
        Refusal{"Surrogate", "<a>\xed\xa0\x80</a>", "line 1: byte 0xed"},
        Refusal{"CutOffUtf8", "<a>\xe2\x82", "line 1: byte 0xe2"},
        Refusal{"NulByte", std::string("<a>\n\0</a>", 9), "line 2: byte 0x00"},
        Refusal{"Spreadsheet", std::string("PK\x03\x04\x14\0", 6), "pyxform"},
        Refusal{"OldSpreadsheet", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
                "pyxform"},
        Refusal{"Doctype", "<!DOCTYPE html>\n<a/>", "line 1: DOCTYPE"},
        Refusal{"BillionLaughs",
                "<?xml version=\"1.0\"?>\n<!DOCTYPE lolz [\n"
                "<!ENTITY lol \"lol\">\n<!ENTITY lol1 \"&lol;&lol;&lol;\">\n"
                "<!ENTITY lol2 \"&lol1;&lol1;&lol1;\">\n]>\n"
                "<h:html xmlns:h=\"http://www.w3.org/1999/xhtml\">&lol2;"
                "</h:html>",
                "line 2: DOCTYPE"}),
    NameOf);

// XML, but not the shape of a form.
INSTANTIATE_TEST_SUITE_P(
    Structure, RefusalTest,
    ::testing::Values(
        Refusal{"OtherXml", "\n<survey/>",
                "line 2: the root element is survey"},
        Refusal{"HtmlOfAnotherKind", "<html xmlns=\"urn:x\"/>",
                "line 1: the root element is html"},
        Refusal{"NoHead", Html("<h:body/>"), "line 1: no model"},
        Refusal{"NoModel", Html("<h:head><h:title/></h:head>"),
                "line 1: no model"},
        Refusal{"NoInstance", Html("<h:head>\n<model/></h:head>"),
                "line 3: model without instance"},
        Refusal{"EmptyInstance",
                Html("<h:head><model>\n<instance/></model></h:head>"),
                "line 3: empty primary instance"},
        Refusal{"TwoRoots",
                Html("<h:head><model><instance><a id='a'/>\n<b/></instance>"
                     "</model></h:head>"),
                "line 3: a second node in the primary instance"},
        Refusal{"NoId",
                Html("<h:head><model><instance>\n<data/></instance></model>"
                     "</h:head>"),
                "line 3: form without id"},
        Refusal{"NodeTwice", FormText("<a/>\n<a/>", "", ""),
                "line 5: a second node \"a\""}),
    NameOf);

// Binds, itext and secondary instances. `model` stands on line 6.
INSTANTIATE_TEST_SUITE_P(
    Model, RefusalTest,
    ::testing::Values(
        Refusal{"BindWithoutNodeset",
                FormText("<a/>", "<bind type='int'/>", ""),
                "line 6: bind without nodeset (ODK XForms: \"nodeset\" is "
                "required on bind)"},
        Refusal{"BindOfNoNode",
                FormText("<a/>", "<bind nodeset='/data/b'/>", ""),
                "line 6: bind for \"/data/b\""},
        Refusal{"BindOfAnotherRoot",
                FormText("<a/>", "<bind nodeset='/other/a'/>", ""),
                "line 6: bind for \"/other/a\""},
        Refusal{"ItextWithoutLanguage", FormText("<a/>", "<itext/>", ""),
                "line 6: itext without translation"},
        Refusal{"TranslationWithoutLang",
                FormText("<a/>", "<itext><translation/></itext>", ""),
                "line 6: translation without lang"},
        Refusal{"LanguageTwice",
                FormText("<a/>",
                         "<itext><translation lang='en'/>\n"
                         "<translation lang='en'/></itext>",
                         ""),
                "line 7: a second translation for \"en\""},
        Refusal{"TextWithoutId",
                FormText("<a/>",
                         "<itext><translation lang='en'><text/></translation>"
                         "</itext>",
                         ""),
                "line 6: text without id"},
        Refusal{"InstanceWithoutId", FormText("<a/>", "<instance/>", ""),
                "line 6: secondary instance without id"},
        Refusal{"InstanceTwice",
                FormText("<a/>", "<instance id='x'/>\n<instance id='x'/>", ""),
                "line 7: a second instance \"x\""}),
    NameOf);

// The body, on line 9.
INSTANTIATE_TEST_SUITE_P(
    Body, RefusalTest,
    ::testing::Values(
        Refusal{"ControlWithoutRef", FormText("<a/>", "", "<input/>"),
                "line 9: input without ref"},
        Refusal{"ControlOfNoNode",
                FormText("<a/>", "", "<input ref='/data/b'/>"),
                "line 9: input for \"/data/b\""},
        Refusal{"ControlOfNoBind", FormText("<a/>", "", "<input bind='b'/>"),
                "line 9: input for \"b\""},
        Refusal{"ControlOfAGroup",
                FormText("<g><a/></g>", "", "<input ref='/data/g'/>"),
                "line 9: input for \"g\""},
        Refusal{"GroupOfNoNode", FormText("<a/>", "", "<group ref='/data/g'/>"),
                "line 9: group for \"/data/g\""},
        Refusal{"RepeatWithoutNodeset", FormText("<a/>", "", "<repeat/>"),
                "line 9: repeat without nodeset"},
        Refusal{"RepeatOfNoNode",
                FormText("<a/>", "", "<repeat nodeset='/data/r'/>"),
                "line 9: repeat for \"/data/r\""},
        Refusal{"RepeatOfTheForm",
                FormText("<a/>", "", "<repeat nodeset='/data'/>"),
                "line 9: the whole form is repeated"},
        Refusal{"AskedAndRepeated",
                FormText("<a/>", "",
                         "<repeat nodeset='/data/a'/><input ref='/data/a'/>"),
                "line 4: \"a\" is asked and repeated"},
        Refusal{"SelectWithoutChoices",
                FormText("<a/>", "", "<select ref='/data/a'/>"),
                "line 9: select without choices"},
        Refusal{
            "ItemWithoutValue",
            FormText("<a/>", "",
                     "<select1 ref='/data/a'>\n<item><label>A</label></item>"
                     "</select1>"),
            "line 10: item without value"},
        Refusal{
            "ItemsetWithoutNodeset",
            FormText("<a/>", "", "<select1 ref='/data/a'><itemset/></select1>"),
            "line 9: itemset without nodeset"},
        Refusal{"ItemsetWithoutValue",
                FormText("<a/>", "<instance id='x'><root/></instance>",
                         "<select1 ref='/data/a'><itemset "
                         "nodeset=\"instance('x')/root/item\"/></select1>"),
                "line 9: itemset without value"},
        Refusal{"ItemsetOfNoInstance",
                FormText("<a/>", "",
                         "<select1 ref='/data/a'><itemset "
                         "nodeset=\"instance('x')/root/item\"/></select1>"),
                "line 9: itemset from instance \"x\""},
        Refusal{"ItemsetOfNoColumn",
                FormText("<a/>",
                         "<instance id='x'><root><item><name>n</name></item>"
                         "</root></instance>",
                         "<select1 ref='/data/a'><itemset "
                         "nodeset=\"instance('x')/root/item\">"
                         "<value ref='code'/></itemset></select1>"),
                "line 9: instance \"x\" has no item with a \"code\""}),
    NameOf);

}  // namespace
}  // namespace chasqui
