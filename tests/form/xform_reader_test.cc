// What the parts of an XForm become in a Form.

#include "sync/form/xform_reader.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/form/xform_text.h"

namespace chasqui {
namespace {

using ::chasqui::testing::FieldAt;
using ::chasqui::testing::MustRead;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Paths(const Form& form) {
  std::vector<std::string> paths;
  for (const Field& field : form.fields) paths.push_back(field.path);
  return paths;
}

TEST(XFormReaderTest, ReadsWhoTheFormIs) {
  const Form form = MustRead({"<a/>", "", ""});
  EXPECT_EQ(form.id, "census");
  EXPECT_EQ(form.version, "7");
  EXPECT_EQ(form.title, "Census");
  EXPECT_THAT(form.languages, IsEmpty());
  EXPECT_EQ(form.default_language, "");
}

TEST(XFormReaderTest, FieldsAreTheLeavesInDocumentOrder) {
  const Form form = MustRead({"<b/><g><c/><a/></g><d/>", "", ""});
  EXPECT_THAT(Paths(form), ElementsAre("b", "g/c", "g/a", "d"));
  EXPECT_THAT(form.repeats, IsEmpty());
  ASSERT_EQ(form.groups.size(), 1U);
  EXPECT_EQ(form.groups[0].path, "g");
  EXPECT_EQ(FieldAt(form, "g/c").group, 0U);
  EXPECT_EQ(FieldAt(form, "b").group, std::nullopt);
}

TEST(XFormReaderTest, ALeafWithoutBindOrControlIsText) {
  const Field field = FieldAt(MustRead({"<a>hello</a>", "", ""}), "a");
  EXPECT_EQ(field.type, FieldType::kText);
  EXPECT_EQ(field.default_value, "hello");
  EXPECT_FALSE(field.asked);
  EXPECT_FALSE(field.note);
}

TEST(XFormReaderTest, BindTypesBecomeFieldTypes) {
  const std::vector<std::pair<std::string, FieldType>> types = {
      {"string", FieldType::kText},
      {"int", FieldType::kInteger},
      {"xsd:integer", FieldType::kInteger},
      {"decimal", FieldType::kDecimal},
      {"xsd:date", FieldType::kDate},
      {"time", FieldType::kTime},
      {"dateTime", FieldType::kDateTime},
      {"geopoint", FieldType::kPoint},
      {"geotrace", FieldType::kLine},
      {"geoshape", FieldType::kArea},
      {"binary", FieldType::kAttachment},
      {"boolean", FieldType::kText},
      {"barcode", FieldType::kText},
      {"intent", FieldType::kText},
      {"odk:rank", FieldType::kText},
      {"of-the-future", FieldType::kText}};
  for (const auto& [name, type] : types) {
    const Form form =
        MustRead({"<a/>", "<bind nodeset='/data/a' type='" + name + "'/>", ""});
    EXPECT_EQ(FieldAt(form, "a").type, type) << name;
  }
}

TEST(XFormReaderTest, ControlsDecideTheTypeWhereBindsCannot) {
  const Form form = MustRead(
      {"<photo/><ok/><order/><age/><one/><many/>",
       "<bind nodeset='/data/age' type='int'/>"
       "<bind nodeset='/data/one' type='string'/>"
       "<bind nodeset='/data/ok' type='int'/>",
       "<upload ref='/data/photo' mediatype='image/*'/>"
       "<trigger ref='/data/ok'/>"
       "<odk:rank ref='/data/order'><item><value>a</value></item></odk:rank>"
       "<range ref='/data/age' start='0' end='9' step='1'/>"
       "<select1 ref='/data/one'><item><value>a</value></item></select1>"
       "<select ref='/data/many'><item><value>a</value></item></select>"});
  EXPECT_EQ(FieldAt(form, "photo").type, FieldType::kAttachment);
  EXPECT_EQ(FieldAt(form, "ok").type, FieldType::kText);
  EXPECT_EQ(FieldAt(form, "order").type, FieldType::kText);
  EXPECT_EQ(FieldAt(form, "age").type, FieldType::kInteger);
  EXPECT_EQ(FieldAt(form, "one").type, FieldType::kChoice);
  EXPECT_EQ(FieldAt(form, "many").type, FieldType::kChoices);
}

TEST(XFormReaderTest, KeepsExpressionsAsTheyAreWritten) {
  const Field field = FieldAt(
      MustRead({"<a/>",
                "<bind nodeset='/data/a' required='true()' relevant='1 &lt; 2'"
                " constraint='. > 0' calculate='1 + 1' readonly='false()'"
                " jr:constraintMsg='Too few' jr:requiredMsg='Please answer'/>",
                "<input ref='/data/a' appearance=' multiline '>"
                "<label>How many?</label><hint>Count them</hint></input>"}),
      "a");
  EXPECT_EQ(field.required, "true()");
  EXPECT_EQ(field.relevant, "1 < 2");
  EXPECT_EQ(field.constraint, ". > 0");
  EXPECT_EQ(field.calculate, "1 + 1");
  EXPECT_EQ(field.readonly, "false()");
  EXPECT_THAT(field.constraint_message,
              ElementsAre(::testing::Pair("", "Too few")));
  EXPECT_THAT(field.required_message,
              ElementsAre(::testing::Pair("", "Please answer")));
  EXPECT_THAT(field.label, ElementsAre(::testing::Pair("", "How many?")));
  EXPECT_THAT(field.hint, ElementsAre(::testing::Pair("", "Count them")));
  EXPECT_EQ(field.appearance, "multiline");
  EXPECT_TRUE(field.asked);
}

TEST(XFormReaderTest, SeveralBindsOfOneNodeAddUp) {
  const Form form = MustRead({"<a/>",
                              "<bind nodeset='/data/a' type='int'/>"
                              "<bind nodeset='a' type='date' constraint='1'/>",
                              ""});
  EXPECT_EQ(FieldAt(form, "a").type, FieldType::kInteger);
  EXPECT_EQ(FieldAt(form, "a").constraint, "1");
}

TEST(XFormReaderTest, AControlMayNameItsBind) {
  const Form form = MustRead({"<a/>", "<bind id='b' nodeset='/data/a'/>",
                              "<input bind='b'><label>A</label></input>"});
  EXPECT_TRUE(FieldAt(form, "a").asked);
}

TEST(XFormReaderTest, PreloadsAndMetaAreFields) {
  const Form form = MustRead(
      {"<start/><orx:meta><orx:instanceID/></orx:meta>",
       "<bind nodeset='/data/start' type='dateTime' jr:preload='timestamp'"
       " jr:preloadParams='start'/>"
       "<bind nodeset='/data/orx:meta/orx:instanceID' jr:preload='uid'/>",
       ""});
  const Field& start = FieldAt(form, "start");
  EXPECT_EQ(start.preload, "timestamp");
  EXPECT_EQ(start.preload_parameter, "start");
  EXPECT_FALSE(start.meta);
  EXPECT_TRUE(FieldAt(form, "meta/instanceID").meta);
}

TEST(XFormReaderTest, AReadOnlyTextThatNothingFillsIsANote) {
  const std::string read_only =
      "<bind nodeset='/data/a' readonly='true()' type='string'";
  const std::string body = "<input ref='/data/a'/>";
  const auto note = [&](const std::string& instance, const std::string& more) {
    return FieldAt(MustRead({instance, read_only + more, body}), "a").note;
  };
  EXPECT_TRUE(note("<a/>", "/>"));
  EXPECT_FALSE(note("<a>shown</a>", "/>"));
  EXPECT_FALSE(note("<a/>", " calculate='1'/>"));
  EXPECT_FALSE(note("<a/>", " jr:preload='uid'/>"));
  EXPECT_FALSE(note("<a/>",
                    "/><setvalue event='odk-instance-first-load' "
                    "ref='/data/a' value='1'/>"));
}

TEST(XFormReaderTest, RelevantsAboveAFieldAreOutermostFirst) {
  const Form form = MustRead({"<g><r><h><a/></h></r></g>",
                              "<bind nodeset='/data/g/r/h' relevant='3'/>"
                              "<bind nodeset='/data/g' relevant='1'/>"
                              "<bind nodeset='/data/g/r' relevant='2'/>"
                              "<bind nodeset='/data/g/r/h/a' relevant='4'/>",
                              "<repeat nodeset='/data/g/r'/>"});
  const Field& field = FieldAt(form, "g/r/h/a");
  EXPECT_THAT(field.relevants_above, ElementsAre("1", "2", "3"));
  EXPECT_EQ(field.relevant, "4");
  EXPECT_EQ(form.repeats[0].relevant, "2");
  EXPECT_EQ(form.groups[1].relevant, "3");
}

TEST(XFormReaderTest, EntitiesAndTheirProperties) {
  const Form form = MustRead(
      {"<tree><species/><meta><entity dataset='trees' id='' create='1'>"
       "<label/></entity></meta></tree>",
       "<bind nodeset='/data/tree/species' e:saveto='kind'/>"
       "<bind nodeset='/data/tree/meta/entity/@id' calculate='uuid()'/>"
       "<bind nodeset='/data/tree/meta/entity/label' "
       "calculate='../../../species'/>",
       "<repeat nodeset='/data/tree'/>"});
  EXPECT_EQ(FieldAt(form, "tree/species").saveto, "kind");
  ASSERT_EQ(form.entities.size(), 1U);
  const Entity& entity = form.entities[0];
  EXPECT_EQ(entity.dataset, "trees");
  EXPECT_EQ(entity.repeat, 0U);
  EXPECT_EQ(entity.id, "uuid()");
  EXPECT_EQ(entity.create, "1");
  EXPECT_EQ(entity.update, "");
  EXPECT_EQ(entity.label, "../../../species");
  EXPECT_TRUE(FieldAt(form, "tree/meta/entity/label").meta);
}

TEST(XFormReaderTest, KeepsHowODKWouldSendIt) {
  const Form form =
      MustRead({"<a/>",
                "<submission action='https://example.org/s' method='post' "
                "base64RsaPublicKey='MIIB' orx:auto-send='true' "
                "orx:auto-delete='false'/>",
                ""});
  EXPECT_EQ(form.submission.action, "https://example.org/s");
  EXPECT_EQ(form.submission.method, "post");
  EXPECT_EQ(form.submission.public_key, "MIIB");
  EXPECT_EQ(form.submission.auto_send, "true");
  EXPECT_EQ(form.submission.auto_delete, "false");
}

TEST(XFormReaderTest, ListsTheFilesItRefersTo) {
  const Form form = MustRead(
      {"<a/><b/>",
       "<bind nodeset='/data/a' calculate=\"pulldata('people', 'n', 'k', 1)\"/>"
       "<itext><translation lang='en'><text id='x'>"
       "<value form='image'>jr://images/school.jpg</value>"
       "<value form='audio'>jr://audio/school.mp3</value></text>"
       "</translation></itext>",
       "<select1 ref='/data/b' appearance=\"minimal search('fruits')\">"
       "<item><value>name</value></item></select1>"});
  EXPECT_THAT(form.media, ElementsAre("fruits.csv", "people.csv", "school.jpg",
                                      "school.mp3"));
}

TEST(XFormReaderTest, TheSameBytesGiveTheSameForm) {
  const testing::XFormText text = {
      "<a/><r><b/></r>", "<bind nodeset='/data/a' relevant='../r/b'/>",
      "<repeat nodeset='/data/r'/>"};
  EXPECT_EQ(MustRead(text), MustRead(text));
}

}  // namespace
}  // namespace chasqui
