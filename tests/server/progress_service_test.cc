#include <map>
#include <string>

#include "server/limits.h"
#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::School;
using testing::SchoolSurvey;
using ::testing::SizeIs;
using ProgressStub = v1::ProgressService::Stub;

class ProgressServiceTest : public RunningServer {
 protected:
  ProgressServiceTest() {
    schools_.Deliver("t1", schools_.Creation("amina", School(1), "lga1", "A"));
    schools_.Deliver("t1", schools_.Creation("amina", School(2), "lga1", "B"));
    schools_.Deliver("t2", schools_.Creation("bola", School(3), "lga2", "C"));
  }

  v1::GetProgressResponse Get(v1::ProgressGrouping by) {
    v1::GetProgressRequest request;
    request.set_survey(SchoolSurvey::kName);
    request.set_by(by);
    v1::GetProgressResponse response;
    EXPECT_THAT(Call(&ProgressStub::GetProgress, request, response),
                HasCode(grpc::OK));
    return response;
  }
  std::map<std::string, v1::ProgressLine> Lines(v1::ProgressGrouping by) {
    std::map<std::string, v1::ProgressLine> lines;
    const v1::GetProgressResponse progress = Get(by);
    for (const v1::ProgressLine& line : progress.lines()) {
      lines[line.key()] = line;
    }
    return lines;
  }
};

TEST_F(ProgressServiceTest, CountsTheSurvey) {
  const v1::GetProgressResponse progress = Get(v1::PROGRESS_GROUPING_SURVEY);
  EXPECT_EQ(progress.total().submitted(), 3);
  EXPECT_EQ(progress.total().assigned(), 0);
  EXPECT_EQ(progress.head(), schools_.Head().seq);
  EXPECT_TRUE(progress.accepted_is_durable());
  EXPECT_THAT(progress.lines(), IsEmpty());
}

TEST_F(ProgressServiceTest, AddsUpAreasToTheTop) {
  auto lines = Lines(v1::PROGRESS_GROUPING_AREA);
  ASSERT_THAT(lines, SizeIs(3));
  EXPECT_EQ(lines["lga1"].submitted(), 2);
  EXPECT_EQ(lines["lga2"].submitted(), 1);
  EXPECT_EQ(lines["state"].submitted(), 3);
  EXPECT_EQ(lines["lga1"].parent(), "state");
  EXPECT_EQ(lines["lga1"].title(), "First");
}

TEST_F(ProgressServiceTest, CountsConflictsAndQuarantine) {
  const Position base = schools_.Head();
  for (const char* const person : {"amina", "sani"}) {
    Change edit = schools_.Edit(person, School(1), base);
    edit.ops = {schools_.Set("pupils", Value::Integer(person[0])),
                schools_.Set("building/rooms", Value::Integer(person[0]))};
    schools_.Deliver(std::string(person) + "-tablet", edit);
  }
  schools_.Deliver("t9", schools_.Creation("ghost", School(9), "lga1", "X"));
  auto areas = Lines(v1::PROGRESS_GROUPING_AREA);
  EXPECT_EQ(areas["state"].open(), 1);
  EXPECT_EQ(areas["state"].decided(), 1);
  EXPECT_EQ(Get(v1::PROGRESS_GROUPING_SURVEY).total().held(), 1);
  EXPECT_EQ(Lines(v1::PROGRESS_GROUPING_PERSON)["ghost"].held(), 1);
}

TEST_F(ProgressServiceTest, CountsDaysInTheSurveysOffset) {
  const auto lines = Lines(v1::PROGRESS_GROUPING_DAY);
  ASSERT_THAT(lines, SizeIs(1));
  EXPECT_EQ(lines.begin()->second.submitted(), 3);
  EXPECT_EQ(lines.begin()->first, "2014-05-13");
}

TEST_F(ProgressServiceTest, KnowsWhenADeviceLastCalled) {
  const auto before = Lines(v1::PROGRESS_GROUPING_DEVICE);
  EXPECT_EQ(before.at("t1").last_number(), 2);
  EXPECT_GT(before.at("t1").last_contact_ms(), 0);
  v1::SyncRequest request;
  request.add_surveys()->set_survey(SchoolSurvey::kName);
  v1::SyncResponse response;
  ASSERT_THAT(Call(&v1::SyncService::Stub::Sync, request, response, "", "t1"),
              HasCode(grpc::OK));
  ASSERT_THAT(Call(&v1::SyncService::Stub::Sync, request, response, "", "new"),
              HasCode(grpc::OK));
  const auto after = Lines(v1::PROGRESS_GROUPING_DEVICE);
  EXPECT_GT(after.at("t1").last_contact_ms(),
            before.at("t1").last_contact_ms());
  EXPECT_EQ(after.at("new").last_number(), 0);
  EXPECT_GT(after.at("new").last_contact_ms(), 0);
}

TEST_F(ProgressServiceTest, KnowsALinkAsItsDeviceLastSaid) {
  v1::SyncRequest request;
  request.add_surveys()->set_survey(SchoolSurvey::kName);
  v1::SyncResponse response;
  const auto sync = [&] {
    return Call(&v1::SyncService::Stub::Sync, request, response, "", "t1");
  };
  ASSERT_THAT(sync(), HasCode(grpc::OK));
  EXPECT_FALSE(Lines(v1::PROGRESS_GROUPING_DEVICE).at("t1").has_link());
  request.mutable_link()->set_bytes_per_s(4'000);
  request.mutable_link()->set_overhead_ms(700);
  ASSERT_THAT(sync(), HasCode(grpc::OK));
  request.clear_link();
  ASSERT_THAT(sync(), HasCode(grpc::OK));
  const auto lines = Lines(v1::PROGRESS_GROUPING_DEVICE);
  EXPECT_EQ(lines.at("t1").link().bytes_per_s(), 4'000u);
  EXPECT_EQ(lines.at("t1").link().overhead_ms(), 700u);
}

TEST_F(ProgressServiceTest, RefusesWhatItDoesNotKnow) {
  v1::GetProgressRequest request;
  v1::GetProgressResponse response;
  request.set_survey("rivers");
  EXPECT_THAT(Call(&ProgressStub::GetProgress, request, response),
              HasCode(grpc::NOT_FOUND, HasSubstr("rivers")));
  request.set_survey(SchoolSurvey::kName);
  request.set_by(static_cast<v1::ProgressGrouping>(99));
  EXPECT_THAT(Call(&ProgressStub::GetProgress, request, response),
              HasCode(grpc::INVALID_ARGUMENT));
}

TEST_F(ProgressServiceTest, AWatcherIsToldWhatChanges) {
  ProgressStub stub(channel_);
  v1::WatchProgressRequest request;
  request.set_survey(SchoolSurvey::kName);
  request.set_interval_ms(kWatchIntervalMinMs);
  grpc::ClientContext context;
  const auto reader = stub.WatchProgress(&context, request);
  v1::WatchProgressResponse response;
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.progress().total().submitted(), 3);
  schools_.Deliver("t2", schools_.Creation("bola", School(4), "lga2", "D"));
  ASSERT_TRUE(reader->Read(&response));
  EXPECT_EQ(response.progress().total().submitted(), 4);
  context.TryCancel();
  EXPECT_FALSE(reader->Read(&response));
  EXPECT_THAT(reader->Finish(), HasCode(grpc::CANCELLED));
}

TEST_F(ProgressServiceTest, IntervalsHaveLimits) {
  const auto watch = [this](std::uint32_t interval_ms) {
    ProgressStub stub(channel_);
    v1::WatchProgressRequest request;
    request.set_survey(SchoolSurvey::kName);
    request.set_interval_ms(interval_ms);
    grpc::ClientContext context;
    const auto reader = stub.WatchProgress(&context, request);
    v1::WatchProgressResponse response;
    if (!reader->Read(&response)) return reader->Finish();
    context.TryCancel();
    return grpc::Status::OK;
  };
  EXPECT_THAT(watch(kWatchIntervalMinMs), HasCode(grpc::OK));
  EXPECT_THAT(watch(kWatchIntervalMaxMs), HasCode(grpc::OK));
  EXPECT_THAT(watch(kWatchIntervalMinMs - 1),
              HasCode(grpc::INVALID_ARGUMENT, HasSubstr("200")));
  EXPECT_THAT(watch(kWatchIntervalMaxMs + 1), HasCode(grpc::INVALID_ARGUMENT));
}

}  // namespace
}  // namespace chasqui::server
