// Rows of repeats in edits as text: what they make of a record, and what is
// refused.

#include <string>
#include <vector>

#include "client/edit_file.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/client/census_form.h"
#include "tests/client/edit_file_fixture.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;

std::string Uuid(int number) {
  return StrCat("00000000-0000-4000-8000-00000000000", number);
}
RowId Row(int number) {
  RowId row;
  row.bytes = *ParseUuid(Uuid(number));
  return row;
}
FieldAddress At(int row, std::uint32_t field, std::uint32_t choice = 0) {
  return {Row(row), field, choice};
}

std::string Json(const std::string& member, const std::string& text) {
  return StrCat("\"", member, "\": \"", text, "\"");
}
std::string Set(const std::string& answers) {
  return answers.empty() ? "" : StrCat(", \"set\": {", answers, "}");
}
std::string AddRow(int row, const std::string& repeat,
                   const std::string& answers = "") {
  return StrCat("{", Json("add", Uuid(row)), ", ", Json("repeat", repeat),
                Set(answers), "}");
}
std::string AddRowIn(int row, const std::string& repeat, int parent,
                     const std::string& answers = "") {
  return StrCat("{", Json("add", Uuid(row)), ", ", Json("repeat", repeat), ", ",
                Json("in", Uuid(parent)), Set(answers), "}");
}
std::string EditRow(int row, const std::string& answers) {
  return StrCat("{", Json("edit", Uuid(row)), Set(answers), "}");
}
std::string DeleteRow(int row) {
  return StrCat("{", Json("delete", Uuid(row)), "}");
}

class EditRowsTest : public EditFileTest {
 protected:
  static std::string Rows(const std::vector<std::string>& rows) {
    std::string list;
    for (const std::string& row : rows) {
      list += StrCat(list.empty() ? "" : ", ", row);
    }
    return StrCat(", \"rows\": [", list, "]");
  }
  // Of the record, in one save.
  absl::Status Make(const std::vector<std::string>& rows) {
    return Create(Rows(rows));
  }
  absl::Status Change(const std::vector<std::string>& rows) {
    return Edit(Rows(rows));
  }
  // A teacher, a class of theirs, and a room.
  void MakeSchool() {
    ASSERT_OK(Make({AddRow(1, "teacher", Json("teacher/name", "Ada")),
                    AddRowIn(2, "teacher/class", 1),
                    AddRow(3, "room", Json("room/name", "Hall"))}));
  }
  // The rows shown.
  std::vector<RowId> Shown() {
    RecordId school;
    school.bytes = *ParseUuid(kSchool);
    std::vector<RowId> rows;
    const RecordView view = *survey_.View(school);
    for (const PulledRow& row : view.record.rows) {
      rows.push_back(row.id);
    }
    return rows;
  }
};

TEST_F(EditRowsTest, AddsRowsAndRowsInThem) {
  MakeSchool();
  std::vector<Op> added;
  for (const Op& op : Latest().ops) {
    if (op.kind == OpKind::kAddRow) added.push_back(op);
  }
  ASSERT_EQ(added.size(), 3U);
  EXPECT_EQ(added[0].at.row, Row(1));
  EXPECT_EQ(added[0].repeat, kTeachers);
  EXPECT_TRUE(added[0].parent.empty());
  EXPECT_EQ(added[1].at.row, Row(2));
  EXPECT_EQ(added[1].repeat, kClasses);
  EXPECT_EQ(added[1].parent, Row(1));
  EXPECT_EQ(added[2].repeat, kRooms);
  EXPECT_THAT(Shown(), ElementsAre(Row(1), Row(2), Row(3)));
}

TEST_F(EditRowsTest, WritesIntoTheRowThatIsNamed) {
  MakeSchool();
  ASSERT_OK(Change({EditRow(2, Json("teacher/class/size", "40")),
                    EditRow(1, "\"teacher/name\": null")}));
  EXPECT_THAT(Written(),
              ElementsAre(Pair(At(2, kClassSizeField), Value::Integer(40)),
                          Pair(At(1, kTeacherField), Value::Cleared())));
}

TEST_F(EditRowsTest, ComesAfterTheRecordsAnswersAndBeforeItsStatus) {
  ASSERT_OK(Create(StrCat(Set(Json("school/name", "Ogwule")), ", ",
                          Json("status", "submitted"),
                          Rows({AddRow(1, "teacher")}))));
  std::vector<OpKind> kinds;
  for (const Op& op : Latest().ops) kinds.push_back(op.kind);
  EXPECT_THAT(kinds, ElementsAre(OpKind::kSet, OpKind::kSet, OpKind::kAddRow,
                                 OpKind::kSetStatus));
}

TEST_F(EditRowsTest, AddedRowsAreEditedAndDeletedInTheSameSave) {
  ASSERT_OK(Make({AddRow(1, "teacher", Json("teacher/name", "Ada")),
                  EditRow(1, Json("teacher/name", "Ada B.")),
                  AddRow(2, "teacher"), DeleteRow(2)}));
  EXPECT_EQ(Written().back(),
            std::pair(At(1, kTeacherField), Value::Text("Ada B.")));
  EXPECT_THAT(Shown(), ElementsAre(Row(1)));
}

TEST_F(EditRowsTest, TicksOnlyTheChoicesThatDifferInTheRow) {
  ASSERT_OK(Make({AddRow(1, "teacher", Json("teacher/subjects", "math")),
                  AddRow(2, "teacher", Json("teacher/subjects", "art")),
                  EditRow(1, Json("teacher/subjects", "art"))}));
  std::vector<std::pair<FieldAddress, Value>> ticks;
  for (const auto& write : Written()) {
    if (write.first.choice != 0) ticks.push_back(write);
  }
  EXPECT_THAT(
      ticks,
      ElementsAre(Pair(At(1, kSubjectsField, kMath), Value::Ticked(true)),
                  Pair(At(2, kSubjectsField, kArt), Value::Ticked(true)),
                  Pair(At(1, kSubjectsField, kMath), Value::Ticked(false)),
                  Pair(At(1, kSubjectsField, kArt), Value::Ticked(true))));
  ASSERT_OK(Change({EditRow(2, Json("teacher/subjects", "math art"))}));
  EXPECT_THAT(
      Written(),
      ElementsAre(Pair(At(2, kSubjectsField), Value::Answered()),
                  Pair(At(2, kSubjectsField, kMath), Value::Ticked(true))));
}

TEST_F(EditRowsTest, DeletesARowWithTheRowsInIt) {
  MakeSchool();
  ASSERT_OK(Change({DeleteRow(1)}));
  ASSERT_EQ(Latest().ops.size(), 1U);
  EXPECT_EQ(Latest().ops[0].kind, OpKind::kDeleteRow);
  EXPECT_THAT(Shown(), ElementsAre(Row(3)));
}

TEST_F(EditRowsTest, KnowsOnlyTheRowsThereAre) {
  MakeSchool();
  const std::string four = Uuid(4);
  const auto no_row = StatusIs(
      kInvalid, AllOf(HasSubstr(StrCat("row ", four)), HasSubstr("no such")));
  EXPECT_THAT(Change({EditRow(4, Json("teacher/name", "x"))}), no_row);
  EXPECT_THAT(Change({DeleteRow(4)}), no_row);
  EXPECT_THAT(Change({AddRowIn(5, "teacher/class", 4)}),
              StatusIs(kInvalid, AllOf(HasSubstr(StrCat("row ", Uuid(5))),
                                       HasSubstr(StrCat("no row ", four)))));
  EXPECT_THAT(
      Change({AddRow(1, "teacher")}),
      StatusIs(kInvalid, AllOf(HasSubstr(Uuid(1)), HasSubstr("already"))));
  EXPECT_THAT(Change({AddRow(4, "teacher"), AddRow(4, "teacher")}),
              StatusIs(kInvalid, AllOf(HasSubstr(four), HasSubstr("already"))));
  EXPECT_EQ(survey_.outbox_size(), 1U);
}

TEST_F(EditRowsTest, KnowsWhatItHasDeleted) {
  MakeSchool();
  const auto deleted = [](int row) {
    return StatusIs(kInvalid, AllOf(HasSubstr(Uuid(row)),
                                    HasSubstr("deleted in the same save")));
  };
  EXPECT_THAT(Change({DeleteRow(1), DeleteRow(1)}), deleted(1));
  EXPECT_THAT(Change({DeleteRow(1), AddRow(1, "teacher")}), deleted(1));
  EXPECT_THAT(Change({DeleteRow(1), EditRow(2, "")}), deleted(2));
  EXPECT_EQ(survey_.outbox_size(), 1U);
}

TEST_F(EditRowsTest, KnowsWhereARowBelongs) {
  MakeSchool();
  EXPECT_THAT(Change({AddRow(4, "pupil")}),
              StatusIs(kInvalid, AllOf(HasSubstr(StrCat("row ", Uuid(4))),
                                       HasSubstr("no repeat \"pupil\""))));
  EXPECT_THAT(Change({AddRow(4, "teacher/class")}),
              StatusIs(kInvalid, AllOf(HasSubstr("in a row of \"teacher\""),
                                       HasSubstr("say which"))));
  EXPECT_THAT(Change({AddRowIn(4, "teacher/class", 3)}),
              StatusIs(kInvalid,
                       AllOf(HasSubstr("in a row of \"teacher\""),
                             HasSubstr(StrCat(Uuid(3), " is one of \"room")))));
  EXPECT_THAT(Change({AddRowIn(4, "room", 1)}),
              StatusIs(kInvalid, HasSubstr("directly in the record")));
  EXPECT_EQ(survey_.outbox_size(), 1U);
}

TEST_F(EditRowsTest, KnowsWhichFieldsARowHas) {
  MakeSchool();
  const auto wrong = [](const std::string& path, const std::string& what) {
    return StatusIs(kInvalid, AllOf(HasSubstr(StrCat("row ", Uuid(1), ": ")),
                                    HasSubstr(StrCat("field \"", path, "\"")),
                                    HasSubstr(what)));
  };
  const auto edit = [this](const std::string& path) {
    return Change({EditRow(1, Json(path, "x"))});
  };
  EXPECT_THAT(edit("teacher/age"), wrong("teacher/age", "has no field"));
  EXPECT_THAT(edit("room/name"), wrong("room/name",
                                       "in repeat \"room\", the row is one of "
                                       "\"teacher\""));
  EXPECT_THAT(edit("school/name"), wrong("school/name", "in no repeat"));
  EXPECT_THAT(edit("teacher/subjects"), wrong("teacher/subjects", "choice"));
  EXPECT_THAT(Change({EditRow(2, Json("teacher/class/size", "many"))}),
              StatusIs(kInvalid, AllOf(HasSubstr(Uuid(2)),
                                       HasSubstr("teacher/class/size"))));
  EXPECT_EQ(survey_.outbox_size(), 1U);
}

TEST(ReadRowsTest, RefusesWhatIsNoRow) {
  const auto refusal = [](const std::string& rows) {
    const auto save =
        ReadSave(StrCat("{", Json("edit", kSchool), ", \"rows\": ", rows, "}"));
    EXPECT_EQ(save.status().code(), kInvalid);
    return std::string(StdView(save.status().message()));
  };
  EXPECT_THAT(refusal("{}"), HasSubstr("\"rows\" is no list"));
  EXPECT_THAT(refusal(StrCat("[", DeleteRow(1), ", 7]")),
              AllOf(HasSubstr("row 2 of"), HasSubstr("no object")));
  EXPECT_THAT(refusal("[{}]"), HasSubstr("a row has one of"));
  EXPECT_THAT(refusal("[{\"edit\": \"7\"}]"), HasSubstr("\"7\" is no UUID"));
  EXPECT_THAT(refusal(StrCat("[{", Json("add", Uuid(1)), "}]")),
              AllOf(HasSubstr(Uuid(1)), HasSubstr("\"repeat\" is missing")));
  EXPECT_THAT(refusal("[{\"edit\": \"00000000-0000-0000-0000-000000000000\"}]"),
              HasSubstr("zeros"));
  const std::string in = StrCat("[{", Json("add", Uuid(1)), ", ",
                                Json("repeat", "teacher"), ", \"in\": ");
  EXPECT_THAT(refusal(in + "\"top\"}]"), HasSubstr("\"top\" is no UUID"));
  EXPECT_THAT(refusal(in + "7}]"), HasSubstr("\"in\" is no text"));
  EXPECT_THAT(
      refusal(StrCat("[{", Json("delete", Uuid(1)), Set("\"p\": null"), "}]")),
      HasSubstr("a row with \"delete\" has no \"set\""));
  EXPECT_THAT(refusal(StrCat("[{", Json("edit", Uuid(1)), ", ",
                             Json("repeat", "teacher"), "}]")),
              HasSubstr("has no \"repeat\""));
  EXPECT_THAT(ReadSave(StrCat("{", Json("delete", kSchool), ", \"rows\": []}")),
              StatusIs(kInvalid, HasSubstr("deleted record")));
  EXPECT_THAT(ReadSave(StrCat("{", Json("edit", kSchool), "}"))->rows,
              IsEmpty());
}

}  // namespace
}  // namespace chasqui::client
