// On which records a right is good: those of a supervisor's areas, or all.

#include <string>

#include "tests/server/every_role.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using testing::School;
using testing::SchoolSurvey;

using ReachTest = EveryRole;

// What lies outside a supervisor's areas is as if it were not there.
TEST_F(ReachTest, SupervisorsSeeTheirAreas) {
  using Records = v1::RecordService::Stub;
  const std::string supervisor = "the-supervisor";
  v1::ListRecordsResponse listed;
  EXPECT_THAT(Call(&Records::ListRecords, Of<v1::ListRecordsRequest>(), listed,
                   supervisor),
              HasCode(grpc::OK));
  ASSERT_EQ(listed.records_size(), 1);
  EXPECT_EQ(listed.records(0).area(), "lga1");

  v1::GetRecordResponse record;
  EXPECT_THAT(Call(&Records::GetRecord, About<v1::GetRecordRequest>(1), record,
                   supervisor),
              HasCode(grpc::OK));
  EXPECT_THAT(Call(&Records::GetRecord, About<v1::GetRecordRequest>(2), record,
                   supervisor),
              HasCode(grpc::NOT_FOUND, HasSubstr("has no record")));
  v1::GetHistoryResponse history;
  EXPECT_THAT(Call(&Records::GetHistory, About<v1::GetHistoryRequest>(2),
                   history, supervisor),
              HasCode(grpc::NOT_FOUND));
  v1::DeleteRecordResponse deleted;
  EXPECT_THAT(Call(&Records::DeleteRecord, Acting<v1::DeleteRecordRequest>(2),
                   deleted, supervisor),
              HasCode(grpc::NOT_FOUND));
  // Until it is theirs.
  auto assign = Acting<v1::AssignRecordRequest>(2);
  assign.set_assignee(supervisor);
  v1::AssignRecordResponse assigned;
  EXPECT_THAT(Call(&Records::AssignRecord, assign, assigned, "sani"),
              HasCode(grpc::OK));
  EXPECT_THAT(Call(&Records::GetRecord, About<v1::GetRecordRequest>(2), record,
                   supervisor),
              HasCode(grpc::OK));
}

TEST_F(ReachTest, SupervisorsSeeTheConflictsAndQuarantineOfTheirAreas) {
  using Records = v1::RecordService::Stub;
  for (const std::uint8_t school : {std::uint8_t{1}, std::uint8_t{2}}) {
    const Position base = schools_.Head();
    for (const char* const person : {school == 1 ? "amina" : "bola", "sani"}) {
      Change change = schools_.Edit(person, School(school), base);
      change.ops = {schools_.Set("building/rooms", Value::Integer(*person))};
      schools_.Deliver(StrCat("tablet-of-", person), change);
    }
    Change wrong = schools_.Edit("sani", School(school), base);
    wrong.ops = {schools_.Set("name", Value::Integer(7))};
    schools_.Deliver("tablet-of-sani", wrong);
  }
  v1::ListConflictsResponse conflicts;
  EXPECT_THAT(Call(&Records::ListConflicts, Of<v1::ListConflictsRequest>(),
                   conflicts, "the-supervisor"),
              HasCode(grpc::OK));
  ASSERT_EQ(conflicts.conflicts_size(), 1);
  EXPECT_EQ(conflicts.conflicts(0).record(), Bytes(School(1)));

  const auto held = [&](const std::string& person) {
    v1::ListQuarantineResponse response;
    EXPECT_THAT(Call(&Records::ListQuarantine, Of<v1::ListQuarantineRequest>(),
                     response, person),
                HasCode(grpc::OK));
    return response;
  };
  EXPECT_EQ(held("the-supervisor").changes_size(), 1);
  const v1::ListQuarantineResponse all = held("sani");
  ASSERT_EQ(all.changes_size(), 2);
  auto reject = Of<v1::RejectQuarantineRequest>();
  reject.set_seq(all.changes(1).by().seq());
  v1::RejectQuarantineResponse rejected;
  EXPECT_THAT(
      Call(&Records::RejectQuarantine, reject, rejected, "the-supervisor"),
      HasCode(grpc::NOT_FOUND));
  EXPECT_THAT(Call(&Records::RejectQuarantine, reject, rejected, "sani"),
              HasCode(grpc::OK));
}

TEST_F(ReachTest, SupervisorsMakeStartingFilesOfTheirAreas) {
  v1::SurveyService::Stub stub(channel_);
  grpc::ClientContext context;
  Name("the-supervisor", context);
  auto request = Of<v1::MakeStartingFileRequest>();
  request.mutable_bucket()->set_kind(v1::BUCKET_KIND_AREA);
  request.mutable_bucket()->set_name("lga2");
  EXPECT_THAT(Drain<v1::MakeStartingFileResponse>(
                  stub.MakeStartingFile(&context, request)),
              HasCode(grpc::PERMISSION_DENIED));
}

// Also where they say that they had seen the log when it was theirs still.
TEST_F(ReachTest, SupervisorsAssignWhatIsInTheirAreas) {
  auto assign = Of<v1::AssignRecordsRequest>();
  assign.set_to_assignee("bola");
  *assign.mutable_seen() = Seen();
  SurveyConfig config = ConfigOfEveryRole();
  for (Person& person : config.people) {
    if (person.role == Role::kSupervisor) person.areas = {"lga2"};
  }
  Configure(config);
  v1::AssignRecordsResponse response;
  ASSERT_THAT(Call(&v1::RecordService::Stub::AssignRecords, assign, response,
                   "the-supervisor"),
              HasCode(grpc::OK));
  EXPECT_EQ(response.out_of_scope(), 1U);
  EXPECT_EQ(response.assigned(), 1U);
}

// Without a name, where names are believed, it is whoever runs the server: who
// sees everything, and does nothing that is written down under a name.
class OperatorTest : public RunningServer {};

TEST_F(OperatorTest, SeesAllAndActsUnderAName) {
  schools_.Deliver("t1", schools_.Creation("amina", School(1), "lga1", "A"));
  v1::GetRecordRequest get;
  get.set_survey(SchoolSurvey::kName);
  get.set_record(Bytes(School(1)));
  v1::GetRecordResponse got;
  EXPECT_THAT(
      Call(&v1::RecordService::Stub::GetRecord, get, got, /*person=*/""),
      HasCode(grpc::OK));
  v1::DeleteRecordRequest erase;
  erase.set_survey(SchoolSurvey::kName);
  erase.set_record(Bytes(School(1)));
  *erase.mutable_seen() = Seen();
  v1::DeleteRecordResponse erased;
  EXPECT_THAT(Call(&v1::RecordService::Stub::DeleteRecord, erase, erased, ""),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("chasqui-person")));
  EXPECT_THAT(
      Call(&v1::RecordService::Stub::DeleteRecord, erase, erased, "mallory"),
      HasCode(grpc::PERMISSION_DENIED));
}

}  // namespace
}  // namespace chasqui::server
