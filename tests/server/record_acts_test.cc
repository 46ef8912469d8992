// The half of RecordService that writes.

#include <string>
#include <utility>
#include <vector>

#include "server/assigning.h"
#include "tests/server/record_calls.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;
using RecordStub = v1::RecordService::Stub;

using RecordActsTest = RecordCalls;

TEST_F(RecordActsTest, AResolutionOverrulesOnlyWhatWasSeen) {
  auto resolve = Acting<v1::ResolveConflictRequest>();
  resolve.set_path("pupils");
  resolve.set_text("15");
  Quarrel("pupils");
  v1::ResolveConflictResponse resolved;
  ASSERT_THAT(Call(&RecordStub::ResolveConflict, resolve, resolved),
              HasCode(grpc::OK));
  EXPECT_NE(resolved.result().outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_THAT(Get().conflicts(), SizeIs(1));
}

TEST_F(RecordActsTest, ResolvesASelectMultipleAsAWhole) {
  Change change = schools_.Edit("amina", School(1), schools_.Head());
  change.ops = {schools_.Set("services", Value::Answered()),
                schools_.Tick("services", "meals", true)};
  schools_.Deliver("t1", change);
  auto resolve = Acting<v1::ResolveConflictRequest>();
  resolve.set_path("services");
  resolve.set_text("health");
  v1::ResolveConflictResponse resolved;
  ASSERT_THAT(Call(&RecordStub::ResolveConflict, resolve, resolved),
              HasCode(grpc::OK));
  EXPECT_EQ(AnswerTo("services"), "health");
  resolve = Acting<v1::ResolveConflictRequest>();
  resolve.set_path("services");
  resolve.set_choice("meals");
  resolve.set_text("1");
  ASSERT_THAT(Call(&RecordStub::ResolveConflict, resolve, resolved),
              HasCode(grpc::OK));
  EXPECT_EQ(AnswerTo("services"), "meals health");
  resolve.set_choice("tea");
  EXPECT_THAT(Call(&RecordStub::ResolveConflict, resolve, resolved),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("tea")));
}

TEST_F(RecordActsTest, RefusesWhatCannotBeDecided) {
  Quarrel("pupils");
  v1::ResolveConflictResponse resolved;
  const auto resolve = [&](auto spoil) {
    auto request = Acting<v1::ResolveConflictRequest>();
    request.set_path("pupils");
    request.set_text("1");
    spoil(request);
    return Call(&RecordStub::ResolveConflict, request, resolved);
  };
  EXPECT_THAT(resolve([](auto& r) { r.set_text("many"); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("pupils")));
  EXPECT_THAT(
      resolve([](auto& r) { r.set_path("nothing"); }),
      HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("nothing")));
  EXPECT_THAT(resolve([](auto& r) { r.set_path("water"); }),
              HasCode(grpc::NOT_FOUND));
  EXPECT_THAT(resolve([](auto& r) { r.set_path("_status"); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(resolve([](auto& r) { r.set_row("short"); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_THAT(resolve([](auto& r) { r.set_row(std::string(16, 'x')); }),
              HasCode(grpc::NOT_FOUND));
  EXPECT_THAT(resolve([](auto& r) { r.clear_seen(); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("seen")));
  EXPECT_THAT(resolve([](auto& r) { r.mutable_seen()->set_seq(999); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("999")));
  EXPECT_THAT(resolve([](auto& r) { r.set_text(std::string(200'000, '1')); }),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(RecordActsTest, WhoActsMustBeOfTheSurvey) {
  v1::DeleteRecordResponse response;
  const auto request = Acting<v1::DeleteRecordRequest>();
  EXPECT_THAT(Call(&RecordStub::DeleteRecord, request, response, ""),
              HasCode(grpc::UNAUTHENTICATED, HasSubstr("chasqui-person")));
  EXPECT_THAT(Call(&RecordStub::DeleteRecord, request, response, "nobody"),
              HasCode(grpc::PERMISSION_DENIED));
}

TEST_F(RecordActsTest, DeletesAndRestores) {
  v1::DeleteRecordResponse deleted;
  ASSERT_THAT(Call(&RecordStub::DeleteRecord, Acting<v1::DeleteRecordRequest>(),
                   deleted),
              HasCode(grpc::OK));
  EXPECT_TRUE(Get().summary().gone());
  v1::RestoreRecordResponse restored;
  ASSERT_THAT(Call(&RecordStub::RestoreRecord,
                   Acting<v1::RestoreRecordRequest>(), restored),
              HasCode(grpc::OK));
  EXPECT_FALSE(Get().summary().gone());
  EXPECT_EQ(AnswerTo("name"), "One");
}

TEST_F(RecordActsTest, ReviewsAndAssigns) {
  auto review = Acting<v1::ReviewRecordRequest>();
  review.set_status(v1::RECORD_STATUS_APPROVED);
  v1::ReviewRecordResponse reviewed;
  ASSERT_THAT(Call(&RecordStub::ReviewRecord, review, reviewed),
              HasCode(grpc::OK));
  EXPECT_EQ(reviewed.result().outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_EQ(Get().summary().status(), v1::RECORD_STATUS_APPROVED);

  auto assign = Acting<v1::AssignRecordRequest>();
  v1::AssignRecordResponse assigned;
  EXPECT_THAT(Call(&RecordStub::AssignRecord, assign, assigned),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  assign.set_area("lga2");
  assign.set_assignee("bola");
  ASSERT_THAT(Call(&RecordStub::AssignRecord, assign, assigned),
              HasCode(grpc::OK));
  EXPECT_EQ(Get().summary().area(), "lga2");
  EXPECT_EQ(Get().summary().assignee(), "bola");
  assign.set_area("moon");
  EXPECT_THAT(Call(&RecordStub::AssignRecord, assign, assigned),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

// Three schools in lga1, of which one is bola's, and one in lga2.
TEST_F(RecordActsTest, AllThatARuleNamesAreAssigned) {
  schools_.Deliver("t1", schools_.Creation("amina", School(2), "lga1", "Two"));
  schools_.Deliver("t1",
                   schools_.Creation("amina", School(3), "lga1", "Three"));
  schools_.Deliver("t2", schools_.Creation("bola", School(4), "lga2", "Four"));
  auto mine = About<v1::AssignRecordRequest>(3);
  *mine.mutable_seen() = Seen();
  mine.set_assignee("bola");
  v1::AssignRecordResponse one;
  ASSERT_THAT(Call(&RecordStub::AssignRecord, mine, one), HasCode(grpc::OK));

  v1::AssignRecordsRequest request;
  request.set_survey(SchoolSurvey::kName);
  v1::AssignRecordsResponse response;
  const auto assign = [&] {
    *request.mutable_seen() = Seen();
    response.Clear();
    return Call(&RecordStub::AssignRecords, request, response);
  };
  EXPECT_THAT(assign(), HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  request.set_to_assignee("nobody");
  EXPECT_THAT(assign(), HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  request.set_to_assignee("amina");
  request.set_area("moon");
  EXPECT_THAT(assign(), HasCode(grpc::StatusCode::INVALID_ARGUMENT));

  request.set_area("lga1");
  request.set_unassigned(true);
  ASSERT_THAT(assign(), HasCode(grpc::OK));
  EXPECT_EQ(response.assigned(), 2U);
  EXPECT_EQ(Get(1).summary().assignee(), "amina");
  EXPECT_EQ(Get(3).summary().assignee(), "bola");
  EXPECT_EQ(Get(4).summary().assignee(), "");

  request.set_unassigned(false);
  request.set_area("state");
  request.set_assignee("bola");
  ASSERT_THAT(assign(), HasCode(grpc::OK));
  EXPECT_EQ(response.assigned(), 1U);
  EXPECT_EQ(Get(3).summary().assignee(), "amina");

  // Again: those that are there already are left alone.
  request.clear_assignee();
  ASSERT_THAT(assign(), HasCode(grpc::OK));
  EXPECT_EQ(response.assigned(), 1U);
  EXPECT_EQ(response.unchanged(), 3U);
  const auto head = schools_.Head();
  ASSERT_THAT(assign(), HasCode(grpc::OK));
  EXPECT_EQ(response.assigned(), 0U);
  EXPECT_EQ(schools_.Head(), head);
}

// What one had not seen is not overruled, and who may not is not obeyed.
TEST_F(RecordActsTest, AssigningManyAsksForWhatAssigningOneAsks) {
  v1::AssignRecordsRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_to_assignee("bola");
  v1::AssignRecordsResponse response;
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  *request.mutable_seen() = Seen();
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response, "stranger"),
              HasCode(grpc::PERMISSION_DENIED));
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response, "amina"),
              HasCode(grpc::PERMISSION_DENIED));
  request.set_unassigned(true);
  request.set_assignee("amina");
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  request.set_unassigned(false);
  request.set_assignee("nobody");
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  request.clear_assignee();
  request.set_status(static_cast<v1::RecordStatus>(77));
  EXPECT_THAT(Call(&RecordStub::AssignRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  EXPECT_EQ(Get(1).summary().assignee(), "");
}

// Whoever asked has gone.
TEST_F(RecordActsTest, AssigningManyEndsWithItsCall) {
  v1::AssignRecordsRequest request;
  request.set_to_assignee("bola");
  *request.mutable_seen() = Seen();
  v1::AssignRecordsResponse response;
  const ActSurroundings around = {[] { return 0; }, [] { return true; }};
  const Position head = schools_.Head();
  const absl::Status status = AssignRecords(
      schools_.store(), access::Grant("sani", access::Reach::kAll, {}), request,
      around, response);
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(schools_.Head(), head);
}

// What is not theirs to move is told, and makes no change that waits.
TEST_F(RecordActsTest, AssigningManyLeavesAloneWhatIsOutOfScope) {
  SurveyConfig config = testing::SchoolConfig();
  for (Person& person : config.people) {
    if (person.name == "sani") person.areas = {"lga2"};
  }
  std::vector<ServerEntry> entries;
  entries.emplace_back(ConfigChanged{std::move(config)});
  ASSERT_TRUE(SubmitAndWait(schools_.store(), std::move(entries)).ok());
  v1::AssignRecordsRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_to_assignee("bola");
  *request.mutable_seen() = Seen();
  v1::AssignRecordsResponse response;
  const Position head = schools_.Head();
  ASSERT_THAT(Call(&RecordStub::AssignRecords, request, response),
              HasCode(grpc::OK));
  EXPECT_EQ(response.out_of_scope(), 1U);
  EXPECT_EQ(response.quarantined(), 0U);
  EXPECT_EQ(schools_.Head(), head);
}

TEST_F(RecordActsTest, QuarantineIsReleasedOrRejectedBySupervisors) {
  schools_.Deliver("t3", schools_.Creation("nobody", School(2), "lga1", "Two"));
  schools_.DeliverBytes("t3", "rubbish");
  v1::ListQuarantineRequest list;
  list.set_survey(SchoolSurvey::kName);
  v1::ListQuarantineResponse held;
  ASSERT_THAT(Call(&RecordStub::ListQuarantine, list, held), HasCode(grpc::OK));
  ASSERT_THAT(held.changes(), SizeIs(2));
  EXPECT_EQ(held.changes(0).reason(), v1::QUARANTINE_REASON_UNKNOWN_PERSON);
  EXPECT_EQ(held.changes(0).record(), Bytes(School(2)));
  EXPECT_THAT(held.changes(0).writes(), SizeIs(3));
  EXPECT_EQ(held.changes(1).bytes(), 7);
  EXPECT_THAT(held.changes(1).record(), IsEmpty());

  v1::GetQuarantinedRequest ask;
  ask.set_survey(SchoolSurvey::kName);
  ask.set_seq(held.changes(0).by().seq());
  v1::GetQuarantinedResponse foreseen;
  const Position before = schools_.Head();
  ASSERT_THAT(Call(&RecordStub::GetQuarantined, ask, foreseen),
              HasCode(grpc::OK));
  EXPECT_EQ(foreseen.change().record(), Bytes(School(2)));
  EXPECT_EQ(foreseen.if_released().kind(), v1::OUTCOME_KIND_APPLIED);
  // Nothing has happened.
  EXPECT_EQ(schools_.Head(), before);
  ask.set_seq(held.changes(1).by().seq());
  ASSERT_THAT(Call(&RecordStub::GetQuarantined, ask, foreseen),
              HasCode(grpc::OK));
  EXPECT_EQ(foreseen.if_released().reason(), v1::QUARANTINE_REASON_UNREADABLE);
  ask.set_seq(1);
  EXPECT_THAT(Call(&RecordStub::GetQuarantined, ask, foreseen),
              HasCode(grpc::NOT_FOUND));

  v1::ReleaseQuarantineRequest release;
  release.set_survey(SchoolSurvey::kName);
  release.set_seq(held.changes(0).by().seq());
  v1::ReleaseQuarantineResponse released;
  EXPECT_THAT(Call(&RecordStub::ReleaseQuarantine, release, released, "amina"),
              HasCode(grpc::PERMISSION_DENIED));
  ASSERT_THAT(Call(&RecordStub::ReleaseQuarantine, release, released),
              HasCode(grpc::OK));
  EXPECT_EQ(released.result().outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_EQ(Get(2).summary().area(), "lga1");
  EXPECT_THAT(Call(&RecordStub::ReleaseQuarantine, release, released),
              HasCode(grpc::NOT_FOUND));

  v1::RejectQuarantineRequest reject;
  reject.set_survey(SchoolSurvey::kName);
  reject.set_seq(held.changes(1).by().seq());
  v1::RejectQuarantineResponse rejected;
  ASSERT_THAT(Call(&RecordStub::RejectQuarantine, reject, rejected),
              HasCode(grpc::OK));
  EXPECT_TRUE(rejected.result().outcome().rejected());
  ASSERT_THAT(Call(&RecordStub::ListQuarantine, list, held), HasCode(grpc::OK));
  EXPECT_THAT(held.changes(), IsEmpty());
}

}  // namespace
}  // namespace chasqui::server
