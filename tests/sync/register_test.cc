#include "sync/register.h"

#include <string>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "sync/register_csv.h"
#include "tests/export/school_survey.h"
#include "tests/testing/status_matchers.h"

namespace chasqui {
namespace {

using chasqui::testing::IsOk;
using chasqui::testing::SchoolSurvey;
using chasqui::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;

RegisterOptions Options() {
  RegisterOptions options;
  options.id_column = "key";
  options.area_column = "lga";
  return options;
}

// A register and the survey it is loaded into.
class RegisterTest : public ::testing::Test {
 protected:
  absl::StatusOr<RegisterFile> Read(
      const std::string& csv, const RegisterOptions& options = Options()) {
    return ReadRegister(csv, options, schools_.Read()->survey());
  }

  // Loads `csv`; returns how many changes it took.
  std::size_t Load(const std::string& csv) {
    const auto reader = schools_.Read();
    const auto file = ReadRegister(csv, Options(), reader->survey());
    CHECK(file.ok());
    std::vector<ServerEntry> changes;
    for (const RegisterRecord& record : file->records) {
      const auto before = WrittenByRegister(record.id, *reader);
      CHECK(before.ok());
      auto change = ChangeOf(record, *before, reader->survey(), 1);
      if (change.has_value()) changes.emplace_back(*std::move(change));
    }
    const std::size_t count = changes.size();
    const auto answer = SubmitAndWait(schools_.store(), std::move(changes));
    CHECK(answer.ok());
    for (const ChangeAnswer& change : answer->entries) {
      EXPECT_NE(change.outcome.kind, OutcomeKind::kQuarantined);
    }
    return count;
  }

  Record Find(std::string_view key) {
    auto record =
        schools_.Read()->FindRecord(RecordIdOf(SchoolSurvey::kName, key));
    CHECK(record.ok());
    CHECK(record->has_value());
    return **std::move(record);
  }

  SchoolSurvey schools_;
};

TEST_F(RegisterTest, MakesAssignedRecords) {
  EXPECT_EQ(Load("key,lga,name,rooms,services\r\n"
                 "s1,lga1,Ọba,4,meals health\r\n"
                 "s2,lga2,,,\r\n"),
            2);
  const Record record = Find("s1");
  EXPECT_EQ(record.status(), RecordStatus::kAssigned);
  EXPECT_EQ(record.area(), "lga1");
  EXPECT_EQ(record.Find(schools_.Field("name"))->value(), Value::Text("Ọba"));
  // By the last part of its path.
  EXPECT_EQ(record.Find(schools_.Field("building/rooms"))->value(),
            Value::Integer(4));
  const std::uint32_t services = schools_.Field("services");
  EXPECT_EQ(record.Find(services)->value(), Value::Answered());
  EXPECT_EQ(
      record.Find(services, schools_.Choice("services", "meals"))->value(),
      Value::Ticked(true));
  // An empty cell says nothing.
  EXPECT_EQ(Find("s2").Find(schools_.Field("name")), nullptr);
}

TEST_F(RegisterTest, AssignsToPeople) {
  RegisterOptions options = Options();
  options.assignee_column = "who";
  ASSERT_OK_AND_ASSIGN(const RegisterFile file,
                       Read("key,lga,who\ns1,lga1,amina\ns2,lga1,\n", options));
  const FieldAddress assignee = {{}, kAssigneeField, 0};
  EXPECT_EQ(file.records[0].values.at(assignee), Value::Text("amina"));
  EXPECT_FALSE(file.records[1].values.contains(assignee));
  EXPECT_THAT(Read("key,lga,who\ns1,lga1,nobody\n", options),
              StatusIs(kInvalid, AllOf(HasSubstr("line 2"), HasSubstr("who"),
                                       HasSubstr("nobody"))));
}

TEST_F(RegisterTest, AgainWritesOnlyWhatDiffers) {
  const std::string first = "key,lga,name,pupils\ns1,lga1,A,1\ns2,lga1,B,2\n";
  EXPECT_EQ(Load(first), 2);
  EXPECT_EQ(Load(first), 0);
  EXPECT_EQ(Load("key,lga,name,pupils\ns1,lga1,A,1\ns2,lga1,B,3\n"), 1);
  const Record changed = Find("s2");
  EXPECT_EQ(changed.Find(schools_.Field("pupils"))->value(), Value::Integer(3));
  // It has seen its own earlier word: nothing is in conflict.
  EXPECT_THAT(changed.Find(schools_.Field("pupils"))->live, SizeIs(1));
  EXPECT_LT(changed.Find(schools_.Field("name"))->seq(),
            changed.Find(schools_.Field("pupils"))->seq());
}

TEST_F(RegisterTest, WhatItNoLongerSaysIsCleared) {
  Load("key,lga,name,services\ns1,lga1,A,meals health\n");
  EXPECT_EQ(Load("key,lga,name,services\ns1,lga1,,meals\n"), 1);
  const Record record = Find("s1");
  EXPECT_EQ(record.Find(schools_.Field("name"))->value(), Value::Cleared());
  EXPECT_EQ(record
                .Find(schools_.Field("services"),
                      schools_.Choice("services", "health"))
                ->value(),
            Value::Ticked(false));
  EXPECT_EQ(Load("key,lga,name,services\ns1,lga1,,meals\n"), 0);
}

TEST_F(RegisterTest, HasNotSeenWhatPeopleAnswered) {
  Load("key,lga,pupils\ns1,lga1,1\n");
  Change edit = schools_.Edit("amina", Find("s1").id, schools_.Head());
  edit.ops = {schools_.Set("pupils", Value::Integer(5))};
  schools_.Deliver("tablet", edit);
  Load("key,lga,pupils\ns1,lga1,2\n");
  EXPECT_TRUE(Find("s1").Find(schools_.Field("pupils"))->IsConflict());
}

TEST_F(RegisterTest, KeysBecomeIds) {
  const std::string uuid = "00112233-4455-6677-8899-aabbccddeeff";
  EXPECT_EQ(ToText(RecordIdOf("schools", uuid)), uuid);
  EXPECT_EQ(RecordIdOf("schools", "uuid:" + uuid), RecordIdOf("clinics", uuid));
  // As Python's uuid5(uuid5(NAMESPACE_OID, "schools"), "KW-17") has it.
  EXPECT_EQ(ToText(RecordIdOf("schools", "KW-17")),
            "fe1110ce-a723-5c98-8bb9-6822f0883d3b");
  EXPECT_NE(RecordIdOf("schools", "KW-17"), RecordIdOf("clinics", "KW-17"));
}

TEST_F(RegisterTest, IdenticalRowsCountOnce) {
  RegisterOptions options = Options();
  options.ignored = {"row"};
  ASSERT_OK_AND_ASSIGN(
      const RegisterFile file,
      Read("row,key,lga,name\n1,s1,lga1,A\n2,s2,lga1,B\n3,s1,lga1,A\n",
           options));
  EXPECT_EQ(file.rows, 3);
  EXPECT_EQ(file.duplicates, 1);
  EXPECT_THAT(file.records, SizeIs(2));
}

TEST_F(RegisterTest, DifferentRowsOfOneIdAreRefusedUnlessOneIsChosen) {
  const std::string csv = "key,lga,name\ns1,lga1,A\ns1,lga1,B\n";
  EXPECT_THAT(Read(csv),
              StatusIs(kInvalid, AllOf(HasSubstr("line 3"), HasSubstr("line 2"),
                                       HasSubstr("s1"))));
  const FieldAddress name = {{}, schools_.Field("name"), 0};
  RegisterOptions options = Options();
  options.duplicates = Duplicates::kFirst;
  EXPECT_EQ(Read(csv, options)->records[0].values.at(name), Value::Text("A"));
  options.duplicates = Duplicates::kLast;
  EXPECT_EQ(Read(csv, options)->records[0].values.at(name), Value::Text("B"));
}

TEST_F(RegisterTest, MissingAndUnknownColumnsAreNamed) {
  EXPECT_THAT(Read("key,name\n"), StatusIs(kInvalid, HasSubstr("\"lga\"")));
  EXPECT_THAT(Read("lga,name\n"), StatusIs(kInvalid, HasSubstr("\"key\"")));
  EXPECT_THAT(
      Read("key,lga,colour,size\n"),
      StatusIs(kInvalid, AllOf(HasSubstr("colour"), HasSubstr("size"))));
  RegisterOptions options = Options();
  options.ignored = {"colour", "size"};
  EXPECT_THAT(Read("key,lga,colour,size\n", options), IsOk());
  EXPECT_THAT(Read("key,lga,name,name\n"),
              StatusIs(kInvalid, HasSubstr("twice")));
  // Fields in repeats and notes are nothing that a register can fill.
  EXPECT_THAT(Read("key,lga,grade\n"), StatusIs(kInvalid, HasSubstr("grade")));
  EXPECT_THAT(Read("key,lga,hello\n"), StatusIs(kInvalid, HasSubstr("hello")));
}

TEST_F(RegisterTest, WrongCellsAreNamedByLineColumnAndValue) {
  EXPECT_THAT(Read("key,lga,pupils\ns1,lga1,many\n"),
              StatusIs(kInvalid, AllOf(HasSubstr("line 2"), HasSubstr("pupils"),
                                       HasSubstr("many"))));
  EXPECT_THAT(Read("key,lga,water\ns1,lga1,sea\n"),
              StatusIs(kInvalid, HasSubstr("water")));
  EXPECT_THAT(Read("key,lga\n,lga1\n"), StatusIs(kInvalid, HasSubstr("empty")));
  EXPECT_THAT(Read("key,lga\ns1,moon\n"),
              StatusIs(kInvalid, HasSubstr("moon")));
  EXPECT_THAT(Read("key,lga\ns1\n"), StatusIs(kInvalid, HasSubstr("line 2")));
  EXPECT_THAT(Read("key,lga\ns1,lga1,x\n"), StatusIs(kInvalid));
  EXPECT_THAT(Read(""), StatusIs(kInvalid, HasSubstr("empty")));
}

TEST_F(RegisterTest, TellsTwentyErrorsAndHowManyMore) {
  std::string csv = "key,lga,pupils\n";
  for (int i = 0; i < 20; ++i) csv += StrCat("s", i, ",lga1,x\n");
  EXPECT_THAT(Read(csv), StatusIs(kInvalid, Not(HasSubstr("more"))));
  csv += "s20,lga1,x\n";
  EXPECT_THAT(Read(csv), StatusIs(kInvalid, AllOf(HasSubstr("and 1 more"),
                                                  HasSubstr("line 21"),
                                                  Not(HasSubstr("line 22")))));
}

TEST(CsvReaderTest, TakesWhatSpreadsheetsWrite) {
  CsvReader reader(
      "\xef\xbb\xbf"
      "a,b\r\n\r\n\"x\r\ny\",\"\"\"\"\n,");
  ASSERT_OK_AND_ASSIGN(auto line, reader.Next());
  EXPECT_THAT(line->cells, ElementsAre("a", "b"));
  ASSERT_OK_AND_ASSIGN(line, reader.Next());
  EXPECT_EQ(line->number, 3);
  EXPECT_THAT(line->cells, ElementsAre("x\r\ny", "\""));
  ASSERT_OK_AND_ASSIGN(line, reader.Next());
  EXPECT_EQ(line->number, 5);
  EXPECT_THAT(line->cells, ElementsAre("", ""));
  ASSERT_OK_AND_ASSIGN(line, reader.Next());
  EXPECT_FALSE(line.has_value());
}

absl::Status ReadAll(const std::string& csv) {
  CsvReader reader(csv);
  while (true) {
    const auto line = reader.Next();
    if (!line.ok()) return line.status();
    if (!line->has_value()) return absl::OkStatus();
  }
}

TEST(CsvReaderTest, NamesTheLineOfBrokenQuotes) {
  EXPECT_THAT(ReadAll("a\nb\"c\n"), StatusIs(kInvalid, HasSubstr("line 2")));
  EXPECT_THAT(ReadAll("a\n\"b\"c\n"), StatusIs(kInvalid, HasSubstr("line 2")));
  EXPECT_THAT(ReadAll("a\n\"b\n\nc"), StatusIs(kInvalid, HasSubstr("line 2")));
  EXPECT_THAT(ReadAll("a\nb\xff\n"), StatusIs(kInvalid, HasSubstr("UTF-8")));
}

}  // namespace
}  // namespace chasqui
