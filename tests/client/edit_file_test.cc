// Edits as text: what is refused, and what the others make of a record.

#include "client/edit_file.h"

#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/client/census_form.h"
#include "tests/client/edit_file_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

FieldAddress At(std::uint32_t field, std::uint32_t choice = 0) {
  return {RowId{}, field, choice};
}

TEST(ReadSaveTest, ReadsALine) {
  const auto save =
      ReadSave(std::string("{\"create\": \"") + kSchool +
               "\", \"area\": \"BE-01\", \"status\": \"submitted\", "
               "\"set\": {\"school/pupils\": \"12\", \"school/name\": null}}");
  ASSERT_OK(save);
  EXPECT_EQ(save->kind, SaveKind::kCreate);
  EXPECT_EQ(ToText(save->record), kSchool);
  EXPECT_EQ(save->area, "BE-01");
  EXPECT_EQ(save->status, "submitted");
  EXPECT_THAT(save->set, ElementsAre(Pair("school/name", std::nullopt),
                                     Pair("school/pupils", "12")));
}

TEST(ReadSaveTest, RefusesWhatIsNoSave) {
  EXPECT_THAT(ReadSave("edit it"), StatusIs(kInvalid, HasSubstr("no JSON")));
  EXPECT_THAT(ReadSave("{}"), StatusIs(kInvalid, HasSubstr("has one of")));
  const std::string id = std::string("\"") + kSchool + "\"";
  EXPECT_THAT(ReadSave("{\"edit\": " + id + ", \"delete\": " + id + "}"),
              StatusIs(kInvalid, HasSubstr("has one of")));
  EXPECT_THAT(ReadSave("{\"edit\": \"school 7\"}"),
              StatusIs(kInvalid, HasSubstr("\"school 7\" is no UUID")));
  EXPECT_THAT(ReadSave("{\"edit\": 7}"),
              StatusIs(kInvalid, HasSubstr("\"edit\" is no text")));
  EXPECT_THAT(ReadSave("{\"edit\": " + id + ", \"set\": []}"),
              StatusIs(kInvalid, HasSubstr("\"set\" is no object")));
  EXPECT_THAT(ReadSave("{\"edit\": " + id + ", \"set\": {\"p\": 7}}"),
              StatusIs(kInvalid, HasSubstr("\"p\" is neither text nor null")));
}

TEST(ReadSaveTest, NamesWhatIsMadeWithoutAName) {
  auto save = ReadSave(
      "{\"create\": null, \"rows\": [{\"add\": null, \"repeat\": \"teacher\"}, "
      "{\"add\": null, \"repeat\": \"teacher\"}]}");
  ASSERT_OK(save);
  NewIds ids(7, 40);
  NameNew(*save, ids);
  EXPECT_EQ(ToText(save->record), "00000000-0000-0007-0000-000000000029");
  ASSERT_EQ(save->rows.size(), 2U);
  EXPECT_EQ(ToText(save->rows[0].row), "00000000-0000-0007-0000-00000000002a");
  EXPECT_EQ(ToText(save->rows[1].row), "00000000-0000-0007-0000-00000000002b");
  // What has a name keeps it.
  const WrittenSave named = *save;
  NameNew(*save, ids);
  EXPECT_EQ(save->record, named.record);
  EXPECT_EQ(save->rows[0].row, named.rows[0].row);
}

TEST(ReadSaveTest, OnlyWhatIsMadeMayBeWithoutAName) {
  EXPECT_THAT(ReadSave("{\"edit\": null}"),
              StatusIs(kInvalid, HasSubstr("\"edit\" is no text")));
  EXPECT_THAT(ReadSave("{\"create\": null, \"rows\": [{\"edit\": null}]}"),
              StatusIs(kInvalid, HasSubstr("\"edit\" is no text")));
}

TEST_F(EditFileTest, ACreationSaysWhereAndForWhom) {
  ASSERT_OK(
      Create(", \"area\": \"BE-01\", \"status\": \"submitted\", "
             "\"set\": {\"school/pupils\": \"12\"}"));
  const Change change = Latest();
  EXPECT_TRUE(change.creates);
  EXPECT_EQ(change.person, "amina");
  EXPECT_EQ(change.form, 3U);
  EXPECT_THAT(Written(),
              ElementsAre(Pair(At(kAreaField), Value::Text("BE-01")),
                          Pair(At(kAssigneeField), Value::Text("amina")),
                          Pair(At(kPupilsField), Value::Integer(12))));
  EXPECT_EQ(change.ops.back().kind, OpKind::kSetStatus);
  EXPECT_EQ(change.ops.back().from, RecordStatus::kNone);
  EXPECT_EQ(change.ops.back().to, RecordStatus::kSubmitted);
}

TEST_F(EditFileTest, AnEditWritesWhatItNamesAndClearsWhatIsNull) {
  ASSERT_OK(Create(", \"set\": {\"school/name\": \"Ogwule\"}"));
  ASSERT_OK(
      Edit(", \"set\": {\"school/name\": null, "
           "\"school/owner\": \"private\"}"));
  EXPECT_FALSE(Latest().creates);
  EXPECT_THAT(Written(),
              ElementsAre(Pair(At(kNameField), Value::Cleared()),
                          Pair(At(kOwnerField), Value::Choice(kPrivate))));
}

TEST_F(EditFileTest, TicksOnlyTheChoicesThatDiffer) {
  ASSERT_OK(Create(", \"set\": {\"school/water\": \"well pipe\"}"));
  ASSERT_OK(Edit(", \"set\": {\"school/water\": \"rain pipe\"}"));
  EXPECT_THAT(Written(),
              ElementsAre(Pair(At(kWaterField), Value::Answered()),
                          Pair(At(kWaterField, kWell), Value::Ticked(false)),
                          Pair(At(kWaterField, kRain), Value::Ticked(true))));
}

TEST_F(EditFileTest, LeavesOutAStatusThatIsShown) {
  ASSERT_OK(Create(", \"status\": \"submitted\""));
  ASSERT_OK(
      Edit(", \"status\": \"submitted\", "
           "\"set\": {\"school/pupils\": \"13\"}"));
  ASSERT_EQ(Latest().ops.size(), 1U);
  EXPECT_EQ(Latest().ops[0].kind, OpKind::kSet);
  // Nothing is left to save then.
  ASSERT_OK(Edit(", \"status\": \"submitted\""));
  EXPECT_EQ(survey_.outbox_size(), 2U);
}

TEST_F(EditFileTest, DeletesTheRecord) {
  ASSERT_OK(Create(""));
  ASSERT_OK(Do(std::string("{\"delete\": \"") + kSchool + "\"}"));
  ASSERT_EQ(Latest().ops.size(), 1U);
  EXPECT_EQ(Latest().ops[0].kind, OpKind::kDelete);
}

TEST_F(EditFileTest, ARefusedLineSavesNothing) {
  EXPECT_THAT(Edit(""), StatusIs(absl::StatusCode::kNotFound,
                                 HasSubstr("not on this device")));
  EXPECT_THAT(Create(", \"set\": {\"school/nam\": \"x\"}"),
              StatusIs(kInvalid, HasSubstr("no field \"school/nam\"")));
  EXPECT_THAT(Create(", \"set\": {\"school/pupils\": \"many\"}"),
              StatusIs(kInvalid, HasSubstr("field \"school/pupils\"")));
  EXPECT_THAT(Create(", \"set\": {\"school/owner\": \"nobody\"}"),
              StatusIs(kInvalid, HasSubstr("field \"school/owner\"")));
  EXPECT_THAT(Create(", \"set\": {\"school/water\": \"well sea\"}"),
              StatusIs(kInvalid, HasSubstr("field \"school/water\"")));
  EXPECT_THAT(Create(", \"set\": {\"teacher/name\": \"x\"}"),
              StatusIs(kInvalid, AllOf(HasSubstr("field \"teacher/name\""),
                                       HasSubstr("in a repeat"))));
  EXPECT_THAT(Create(", \"status\": \"finished\""),
              StatusIs(kInvalid, HasSubstr("\"finished\" is no status")));
  EXPECT_EQ(survey_.outbox_size(), 0U);
}

}  // namespace
}  // namespace chasqui::client
