// What selects choose from.

#include "sync/form/choice_lists.h"

#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/form/xform_text.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using ::chasqui::testing::FieldAt;
using ::chasqui::testing::MustRead;
using ::chasqui::testing::StatusIs;
using ::chasqui::testing::XFormText;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> CodesOf(const Form& form, const Field& field) {
  std::vector<std::string> codes;
  for (const ListedChoice& choice : form.choice_lists[*field.choices].choices) {
    codes.push_back(choice.code);
  }
  return codes;
}

// A select of a district from a list in `src`.
XFormText DistrictsFrom(const std::string& src) {
  return {"<state/><district/>", "<instance id='districts' src='" + src + "'/>",
          "<select1 ref='/data/district'><itemset nodeset=\""
          "instance('districts')/root/item[state = /data/state]\">"
          "<value ref='name'/><label ref='label'/></itemset></select1>"};
}

TEST(ChoiceListsTest, ItemsBelowASelect) {
  const Form form =
      MustRead({"<sex/>", "",
                "<select1 ref='/data/sex'><label>Sex</label>"
                "<item><label>Female</label><value> f </value></item>"
                "<item><label>Male</label><value>m</value></item></select1>"});
  const Field& field = FieldAt(form, "sex");
  EXPECT_EQ(form.choice_lists[*field.choices].name, "sex");
  EXPECT_THAT(CodesOf(form, field), ElementsAre("f", "m"));
  EXPECT_THAT(form.choice_lists[0].choices[1].label,
              ElementsAre(::testing::Pair("", "Male")));
  EXPECT_FALSE(field.open_choice);
}

TEST(ChoiceListsTest, ACascadeKeepsItsFilterAndTheColumnsItFiltersBy) {
  const Form form = MustRead(
      {"<state/><lga/>",
       "<itext><translation lang='en'><text id='l0'><value>Dala</value></text>"
       "</translation></itext><instance id='lga'><root>"
       "<item><itextId>l0</itextId><name>dala</name><state>kano</state></item>"
       "<item><itextId>l1</itextId><name>ikeja</name><state>lagos</state></"
       "item>"
       "</root></instance>",
       "<select1 ref='/data/lga'><itemset nodeset=\""
       "instance('lga')/root/item[state =  /data/state ]\">"
       "<value ref='name'/><label ref='jr:itext(itextId)'/></itemset>"
       "</select1>"});
  const Field& field = FieldAt(form, "lga");
  EXPECT_EQ(field.type, FieldType::kChoice);
  EXPECT_EQ(field.choice_filter, "state =  /data/state");
  const ChoiceList& list = form.choice_lists[*field.choices];
  EXPECT_EQ(list.name, "lga");
  EXPECT_THAT(CodesOf(form, field), ElementsAre("dala", "ikeja"));
  EXPECT_THAT(list.choices[0].label,
              ElementsAre(::testing::Pair("en", "Dala")));
  EXPECT_THAT(list.choices[0].columns,
              ElementsAre(::testing::Pair("state", "kano")));
}

TEST(ChoiceListsTest, SelectsOfOneListShareIt) {
  const std::string itemset =
      "<itemset nodeset=\"randomize(instance('l')/root/item, 7)\">"
      "<value ref='name'/><label ref='label'/></itemset>";
  const Form form = MustRead(
      {"<a/><b/>",
       "<instance id='l'><root><item><name>1</name><label>One</label></item>"
       "</root></instance>",
       "<select1 ref='/data/a'>" + itemset +
           "</select1>"
           "<select ref='/data/b'>" +
           itemset + "</select>"});
  EXPECT_EQ(form.choice_lists.size(), 1U);
  EXPECT_EQ(FieldAt(form, "a").choices, FieldAt(form, "b").choices);
  EXPECT_EQ(FieldAt(form, "b").type, FieldType::kChoices);
}

TEST(ChoiceListsTest, AnAttachedCsvIsPartOfTheForm) {
  const Form form = MustRead(DistrictsFrom("jr://file-csv/districts.csv"),
                             {{"districts.csv",
                               "\xef\xbb\xbfname,label,state\r\nd1,\"Lahore, "
                               "ضلع\",pb\r\nd2,Quetta,bl\r\n"}});
  const Field& field = FieldAt(form, "district");
  EXPECT_EQ(field.type, FieldType::kChoice);
  EXPECT_THAT(CodesOf(form, field), ElementsAre("d1", "d2"));
  EXPECT_THAT(form.choice_lists[0].choices[0].label,
              ElementsAre(::testing::Pair("", "Lahore, ضلع")));
  EXPECT_TRUE(form.external_instances[0].attached);
}

TEST(ChoiceListsTest, AListThatIsNotAttachedMakesAnOpenChoice) {
  const Form form = MustRead(DistrictsFrom("jr://file-csv/districts.csv"));
  const Field& field = FieldAt(form, "district");
  EXPECT_EQ(field.type, FieldType::kText);
  EXPECT_TRUE(field.open_choice);
  EXPECT_EQ(field.choices, std::nullopt);
  EXPECT_EQ(field.choice_filter, "state = /data/state");
  ASSERT_EQ(form.external_instances.size(), 1U);
  EXPECT_EQ(form.external_instances[0].id, "districts");
  EXPECT_EQ(form.external_instances[0].file, "districts.csv");
  EXPECT_FALSE(form.external_instances[0].attached);
}

TEST(ChoiceListsTest, TellsOfSelectsWhoseListIsNotAttached) {
  const auto unattached = [](const std::string& src,
                             const Attachments& attachments) {
    std::vector<UnattachedList> told = {{"stale", "stale.csv"}};
    EXPECT_OK(ReadXForm(DistrictsFrom(src).ToXml(), attachments, &told));
    return told;
  };
  const std::string src = "jr://file-csv/districts.csv";
  EXPECT_THAT(unattached(src, {}),
              ElementsAre(UnattachedList{"district", "districts.csv"}));
  EXPECT_THAT(unattached(src, {{"lgas.csv", "name,label\n"}}), SizeIs(1));
  EXPECT_THAT(unattached(src, {{"districts.csv", "name,label\nd1,D\n"}}),
              IsEmpty());
  // No file: nothing could be attached.
  EXPECT_THAT(unattached("jr://instance/last-saved", {}), IsEmpty());
}

TEST(ChoiceListsTest, AnEmptyListMakesAnOpenChoice) {
  const Form form = MustRead(DistrictsFrom("jr://file-csv/districts.csv"),
                             {{"districts.csv", "name,label,state\n"}});
  EXPECT_TRUE(FieldAt(form, "district").open_choice);
  EXPECT_TRUE(form.external_instances[0].attached);
  EXPECT_THAT(form.choice_lists, IsEmpty());
}

TEST(ChoiceListsTest, AttachedXmlAndGeoJson) {
  const Form xml = MustRead(
      DistrictsFrom("jr://file/d.xml"),
      {{"d.xml", "<root><item><name>d1</name><label>D</label></item></root>"}});
  EXPECT_THAT(CodesOf(xml, FieldAt(xml, "district")), ElementsAre("d1"));
  const Form map = MustRead(
      DistrictsFrom("jr://file/d.geojson"),
      {{"d.geojson",
        R"({"type": "FeatureCollection", "features": [{"type": "Feature",
            "geometry": {"type": "Point", "coordinates": [1.5, 2]},
            "properties": {"name": "d\u00e9", "label": "D", "n": 3}}]})"}});
  EXPECT_THAT(CodesOf(map, FieldAt(map, "district")), ElementsAre("dé"));
  EXPECT_THAT(map.choice_lists[0].choices[0].columns,
              ElementsAre(::testing::Pair("n", "3")));
}

TEST(ChoiceListsTest, ListsMadeWhileFillingInAreOpen) {
  const std::string one = "<item><value>name</value></item>";
  const auto open = [](const std::string& select) {
    const Form form = MustRead(
        {"<r><n/></r><a/>", "", "<repeat nodeset='/data/r'/>" + select});
    return FieldAt(form, "a").open_choice &&
           FieldAt(form, "a").type == FieldType::kText;
  };
  EXPECT_TRUE(
      open("<select1 ref='/data/a'><itemset nodeset='/data/r[n != 1]'>"
           "<value ref='n'/><label ref='n'/></itemset></select1>"));
  EXPECT_TRUE(open("<select ref='/data/a' appearance=\"search search('f')\">" +
                   one + "</select>"));
  EXPECT_TRUE(
      open("<input ref='/data/a' "
           "query=\"instance('c')/root/item[s = 1]\"/>"));
  EXPECT_FALSE(
      open("<select1 ref='/data/a' appearance='search'>" + one + "</select1>"));
}

TEST(ChoiceListsTest, AnAttachedListThatCannotBeReadIsNamed) {
  EXPECT_THAT(ReadXForm(DistrictsFrom("jr://file-csv/d.csv").ToXml(),
                        {{"d.csv", "name,label\nd1,\"open\n"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("d.csv: line 2: a quote that is not closed")));
  EXPECT_THAT(ReadXForm(DistrictsFrom("jr://file/d.xml").ToXml(),
                        {{"d.xml", "<root><item></root>"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("d.xml: line 1: not XML")));
  EXPECT_THAT(ReadXForm(DistrictsFrom("jr://file/d.geojson").ToXml(),
                        {{"d.geojson", "{\"type\":\n oops}"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("d.geojson: line 2: not JSON")));
}

TEST(ChoiceListsTest, AnAttachedListWithoutTheColumnIsRefused) {
  EXPECT_THAT(ReadXForm(DistrictsFrom("jr://file-csv/d.csv").ToXml(),
                        {{"d.csv", "code,label\nd1,D\n"}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("line 9"), HasSubstr("\"districts\""),
                             HasSubstr("\"name\""))));
}

TEST(ParseItemsetTest, TakesThePartsOfANodeset) {
  const auto source = xform::ParseItemset(
      "randomize( instance( \"a b\" ) / root /x:item[n = ']'][m = 2], 3)");
  EXPECT_EQ(source.instance, "a b");
  EXPECT_THAT(source.steps, ElementsAre("root", "item"));
  EXPECT_EQ(source.filter, "(n = ']') and (m = 2)");
  EXPECT_THAT(xform::ParseItemset("/data/r").instance, IsEmpty());
  EXPECT_THAT(xform::ParseItemset("instance('x').[").steps, IsEmpty());
  EXPECT_THAT(xform::ParseItemset("instance('x'[").instance, IsEmpty());
}

}  // namespace
}  // namespace chasqui
