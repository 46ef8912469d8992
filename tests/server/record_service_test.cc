// The half of RecordService that reads.

#include <set>
#include <string>

#include "tests/server/record_calls.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::RowOf;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;
using RecordStub = v1::RecordService::Stub;

using RecordServiceTest = RecordCalls;

TEST_F(RecordServiceTest, ShowsARecord) {
  Change change = schools_.Edit("amina", School(1), schools_.Head());
  change.ops = {schools_.AddRow("class", RowOf(1)),
                schools_.Set("class/grade", Value::Text("P1"), RowOf(1))};
  schools_.Deliver("t1", change);
  const v1::GetRecordResponse record = Get();
  EXPECT_EQ(record.summary().area(), "lga1");
  EXPECT_EQ(record.summary().status(), v1::RECORD_STATUS_SUBMITTED);
  EXPECT_EQ(record.seen().seq(), schools_.Head().seq);
  EXPECT_EQ(AnswerTo("name"), "One");
  EXPECT_EQ(AnswerTo("_status"), "submitted");
  ASSERT_THAT(record.rows(), SizeIs(1));
  EXPECT_EQ(record.rows(0).repeat(), "class");
  EXPECT_EQ(record.rows(0).fields(0).answer().text(), "P1");
  EXPECT_EQ(record.rows(0).fields(0).by().person(), "amina");
}

TEST_F(RecordServiceTest, SaysWhatIsNotThere) {
  v1::GetRecordResponse response;
  EXPECT_THAT(
      Call(&RecordStub::GetRecord, About<v1::GetRecordRequest>(9), response),
      HasCode(grpc::NOT_FOUND));
  auto request = About<v1::GetRecordRequest>();
  request.set_record("fifteen bytes..");
  EXPECT_THAT(
      Call(&RecordStub::GetRecord, request, response),
      HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("15 bytes")));
  request.set_record("seventeen bytes..");
  EXPECT_THAT(
      Call(&RecordStub::GetRecord, request, response),
      HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("17 bytes")));
  request = About<v1::GetRecordRequest>();
  request.set_survey("rivers");
  EXPECT_THAT(Call(&RecordStub::GetRecord, request, response),
              HasCode(grpc::NOT_FOUND, HasSubstr("rivers")));
}

TEST_F(RecordServiceTest, ListsByAreaStatusAndPage) {
  for (std::uint8_t i = 2; i <= 5; ++i) {
    schools_.Deliver("t2", schools_.Creation("bola", School(i), "lga2", "B"));
  }
  v1::ListRecordsRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_page_size(2);
  std::set<std::string> found;
  int pages = 0;
  do {
    v1::ListRecordsResponse page;
    ASSERT_THAT(Call(&RecordStub::ListRecords, request, page),
                HasCode(grpc::OK));
    for (const auto& record : page.records()) found.insert(record.record());
    request.set_page_token(page.next_page_token());
    ASSERT_LT(++pages, 10);
  } while (!request.page_token().empty());
  EXPECT_THAT(found, SizeIs(5));

  const auto count = [this](auto narrow) {
    v1::ListRecordsRequest filtered;
    filtered.set_survey(SchoolSurvey::kName);
    narrow(filtered);
    v1::ListRecordsResponse page;
    EXPECT_THAT(Call(&RecordStub::ListRecords, filtered, page),
                HasCode(grpc::OK));
    return page.records_size();
  };
  EXPECT_EQ(count([](auto& r) { r.set_area("lga2"); }), 4);
  EXPECT_EQ(count([](auto& r) { r.set_area("state"); }), 5);
  EXPECT_EQ(count([](auto& r) { r.set_status(v1::RECORD_STATUS_DRAFT); }), 0);
  EXPECT_EQ(count([](auto& r) { r.set_status(v1::RECORD_STATUS_SUBMITTED); }),
            5);
  EXPECT_EQ(count([](auto& r) { r.set_assignee("amina"); }), 0);
}

TEST_F(RecordServiceTest, PagesHaveALimit) {
  v1::ListRecordsRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_page_size(1000);
  v1::ListRecordsResponse response;
  EXPECT_THAT(Call(&RecordStub::ListRecords, request, response),
              HasCode(grpc::OK));
  request.set_page_size(1001);
  EXPECT_THAT(Call(&RecordStub::ListRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT, HasSubstr("1000")));
  request.set_page_size(0);
  request.set_page_token("x");
  EXPECT_THAT(Call(&RecordStub::ListRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
  request.clear_page_token();
  request.set_area("moon");
  EXPECT_THAT(Call(&RecordStub::ListRecords, request, response),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(RecordServiceTest, HistoryKeepsWhatIsShownNoLonger) {
  Quarrel("pupils");
  v1::GetHistoryResponse history;
  ASSERT_THAT(
      Call(&RecordStub::GetHistory, About<v1::GetHistoryRequest>(), history),
      HasCode(grpc::OK));
  ASSERT_THAT(history.entries(), SizeIs(3));
  EXPECT_EQ(history.entries(0).writes(0).answer().text(), "20");
  EXPECT_EQ(history.entries(1).writes(0).answer().text(), "10");
  EXPECT_TRUE(history.entries(2).creates());
  EXPECT_EQ(history.entries(2).by().device(), "t1");

  auto request = About<v1::GetHistoryRequest>();
  request.set_page_size(1);
  std::size_t entries = 0;
  do {
    v1::GetHistoryResponse page;
    ASSERT_THAT(Call(&RecordStub::GetHistory, request, page),
                HasCode(grpc::OK));
    entries += static_cast<std::size_t>(page.entries_size());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(entries, 3);
  // The first entry of the log is about no record.
  request.set_page_token("1");
  EXPECT_THAT(Call(&RecordStub::GetHistory, request, history),
              HasCode(grpc::StatusCode::INVALID_ARGUMENT));
}

TEST_F(RecordServiceTest, ListsConflictsAndEndsThem) {
  Quarrel("pupils");
  Quarrel("building/rooms");
  v1::ListConflictsRequest list;
  list.set_survey(SchoolSurvey::kName);
  v1::ListConflictsResponse conflicts;
  ASSERT_THAT(Call(&RecordStub::ListConflicts, list, conflicts),
              HasCode(grpc::OK));
  ASSERT_THAT(conflicts.conflicts(), SizeIs(2));
  const v1::Conflict& decided = conflicts.conflicts(0);
  EXPECT_EQ(decided.path(), "pupils");
  EXPECT_FALSE(decided.open());
  ASSERT_THAT(decided.losers(), SizeIs(1));
  EXPECT_NE(decided.shown().by().person(), decided.losers(0).by().person());
  list.set_open_only(true);
  ASSERT_THAT(Call(&RecordStub::ListConflicts, list, conflicts),
              HasCode(grpc::OK));
  ASSERT_THAT(conflicts.conflicts(), SizeIs(1));
  EXPECT_EQ(conflicts.conflicts(0).path(), "building/rooms");

  auto resolve = Acting<v1::ResolveConflictRequest>();
  resolve.set_path("building/rooms");
  resolve.set_text("15");
  v1::ResolveConflictResponse resolved;
  ASSERT_THAT(Call(&RecordStub::ResolveConflict, resolve, resolved),
              HasCode(grpc::OK));
  EXPECT_EQ(resolved.result().outcome().kind(), v1::OUTCOME_KIND_APPLIED);
  EXPECT_EQ(AnswerTo("building/rooms"), "15");
  ASSERT_THAT(Call(&RecordStub::ListConflicts, list, conflicts),
              HasCode(grpc::OK));
  EXPECT_THAT(conflicts.conflicts(), IsEmpty());
}

}  // namespace
}  // namespace chasqui::server
