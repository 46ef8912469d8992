// Languages, labels, and writing systems.

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/form/xform_reader.h"
#include "tests/form/xform_text.h"

namespace chasqui {
namespace {

using ::chasqui::testing::FieldAt;
using ::chasqui::testing::MustRead;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr char kAsk[] =
    "<input ref='/data/a'><label ref=\"jr:itext('a')\"/></input>";

TEST(ItextTest, ReadsTwelveLanguages) {
  const std::vector<std::string> languages = {
      "Amharic (am)", "Arabic (ar)", "Bengali (bn)", "English (en)",
      "French (fr)",  "Hausa (ha)",  "Hindi (hi)",   "Quechua (qu)",
      "Swahili (sw)", "Tigrinya",    "Urdu (ur)",    "Yoruba (yo)"};
  std::string itext = "<itext>";
  for (const std::string& language : languages) {
    const bool is_default = language == "English (en)";
    itext.append("<translation lang='").append(language);
    itext.append(is_default ? "' default='true()'>" : "'>");
    itext.append("<text id='a'><value>").append(language);
    itext.append("?</value></text></translation>");
  }
  const Form form = MustRead({"<a/>", itext + "</itext>", kAsk});
  EXPECT_EQ(form.languages, languages);
  EXPECT_EQ(form.default_language, "English (en)");
  const Text& label = FieldAt(form, "a").label;
  EXPECT_EQ(label.size(), 12U);
  EXPECT_EQ(InLanguage(label, "Urdu (ur)"), "Urdu (ur)?");
}

TEST(ItextTest, TheFirstLanguageIsTheDefaultUnlessOneSaysSo) {
  const Form form = MustRead({"<a/>",
                              "<itext><translation lang='fr'/>"
                              "<translation lang='en' default='false()'/>"
                              "</itext>",
                              ""});
  EXPECT_EQ(form.default_language, "fr");
}

TEST(ItextTest, KeepsTextFromRightToLeftByteForByte) {
  const std::string arabic = "كم عدد \u200fالمعلمين (ذكور)؟";
  const Form form = MustRead({"<a/>",
                              "<itext><translation lang='العربية'><text id='a'>"
                              "<value>" +
                                  arabic +
                                  "</value></text>"
                                  "</translation></itext>",
                              kAsk});
  EXPECT_THAT(form.languages, ElementsAre("العربية"));
  EXPECT_EQ(InLanguage(FieldAt(form, "a").label, "العربية"), arabic);
}

TEST(ItextTest, ALanguageMayLackATextAndATextBeUnknown) {
  const Form form = MustRead({"<a/><b/>",
                              "<itext><translation lang='en'>"
                              "<text id='a'><value>A</value></text>"
                              "</translation><translation lang='fr'/></itext>",
                              std::string(kAsk) +
                                  "<input ref='/data/b'>"
                                  "<label ref=\"jr:itext('none')\"/></input>"});
  EXPECT_THAT(FieldAt(form, "a").label,
              ElementsAre(::testing::Pair("en", "A")));
  EXPECT_THAT(FieldAt(form, "b").label, IsEmpty());
}

TEST(ItextTest, OfSeveralFormsThePlainAndTheLongAreShown) {
  const Form form = MustRead(
      {"<a/><b/><c/>",
       "<itext><translation lang='en'>"
       "<text id='a'><value form='short'>S</value>"
       "<value form='image'>jr://images/a.png</value><value>Plain</value>"
       "</text>"
       "<text id='b'><value form='short'>S</value>"
       "<value form='long'>Long</value></text>"
       "<text id='c'><value form='short'>Only</value></text>"
       "</translation></itext>",
       std::string(kAsk) +
           "<input ref='/data/b'><label ref=\"jr:itext('b')\"/></input>"
           "<input ref='/data/c'><label ref='jr:itext(\"c\")'/></input>"});
  EXPECT_EQ(InLanguage(FieldAt(form, "a").label, "en"), "Plain");
  EXPECT_EQ(InLanguage(FieldAt(form, "b").label, "en"), "Long");
  EXPECT_EQ(InLanguage(FieldAt(form, "c").label, "en"), "Only");
}

TEST(ItextTest, OutputsInALabelBecomeTheirExpressions) {
  const Form form = MustRead(
      {"<a/><b/>", "",
       "<input ref='/data/b'><label>Dear <output value=' /data/a '/> "
       "<output ref='/data/b'/>, <b>bold</b> &amp; <![CDATA[<raw>]]></label>"
       "</input>"});
  EXPECT_EQ(InLanguage(FieldAt(form, "b").label, ""),
            "Dear ${/data/a} ${/data/b}, bold & <raw>");
}

TEST(ItextTest, MessagesMayBeTranslated) {
  const Form form = MustRead({"<a/>",
                              "<bind nodeset='/data/a' constraint='1' "
                              "jr:constraintMsg=\"jr:itext('m')\"/>"
                              "<itext><translation lang='sw'><text id='m'>"
                              "<value>Hapana</value></text></translation>"
                              "</itext>",
                              ""});
  EXPECT_THAT(FieldAt(form, "a").constraint_message,
              ElementsAre(::testing::Pair("sw", "Hapana")));
}

}  // namespace
}  // namespace chasqui
