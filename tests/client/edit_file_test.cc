// Edits as text: what is refused, and what the others make of a record.

#include "client/edit_file.h"

#include <memory>
#include <string>
#include <vector>

#include "client/memory_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/clock.h"
#include "tests/client/census_form.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
constexpr char kSchool[] = "0f0e0d0c-0b0a-0908-0706-050403020100";

class StoppedClock final : public Clock {
 public:
  absl::Time Now() override { return absl::FromUnixSeconds(1'400'000'000); }
  std::int64_t MonotonicMillis() override { return 5'000; }
  std::string BootId() override { return "boot"; }
};

class EditFileTest : public ::testing::Test {
 protected:
  EditFileTest()
      : form_(*DeviceForm::Read(CensusForm().SerializeAsString())),
        survey_("census", "tablet-1", Amina(), store_, clock_) {
    CHECK(survey_.Load().ok());
  }

  static SurveyState Amina() {
    SurveyState state;
    state.person = "amina";
    state.forms = 3;
    return state;
  }

  absl::Status Do(const std::string& line) {
    ASSIGN_OR_RETURN(const WrittenSave save, ReadSave(line));
    return DoSave(save, form_, survey_);
  }
  // `rest` is what follows the record in its line.
  absl::Status Create(const std::string& rest) {
    return Do(std::string("{\"create\": \"") + kSchool + "\"" + rest + "}");
  }
  absl::Status Edit(const std::string& rest) {
    return Do(std::string("{\"edit\": \"") + kSchool + "\"" + rest + "}");
  }

  // The latest change saved.
  Change Latest() {
    const std::vector<StoredChange> outbox = *survey_.Outbox();
    return *DecodeChange(outbox.back().bytes);
  }
  // What the latest change writes.
  std::vector<std::pair<FieldAddress, Value>> Written() {
    std::vector<std::pair<FieldAddress, Value>> written;
    for (const Op& op : Latest().ops) {
      if (op.kind == OpKind::kSet) written.emplace_back(op.at, op.value);
    }
    return written;
  }

  MemoryStore store_;
  StoppedClock clock_;
  const DeviceForm form_;
  LocalSurvey survey_;
};

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
