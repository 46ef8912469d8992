// The transport against a real server on loopback, and a device on disk that
// syncs by it.

#include "client/grpc_transport.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/device.h"
#include "client/sqlite_store.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"
#include "tests/server/running_server.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::chasqui::testing::FreshDirectory;
using ::chasqui::testing::School;
using ::chasqui::testing::StatusIs;
using ::testing::SizeIs;

constexpr int kWaitsMax = 200;
constexpr std::int64_t kWaitMs = 100;

std::optional<Completion> Await(GrpcTransport& transport) {
  for (int i = 0; i < kWaitsMax; ++i) {
    std::optional<Completion> completion = transport.Poll();
    if (completion.has_value()) return completion;
    transport.Wait(kWaitMs);
  }
  return std::nullopt;
}

// What a device asks at its first contact.
Request FirstRequest(const std::string& device) {
  Request request;
  request.device = device;
  request.surveys.resize(1);
  request.surveys[0].survey = testing::SchoolSurvey::kName;
  request.surveys[0].person = "amina";
  return request;
}

using MakeTransport = std::unique_ptr<GrpcTransport> (*)(const std::string&,
                                                         const std::string&);

class GrpcTransportTest : public server::RunningServer,
                          public ::testing::WithParamInterface<MakeTransport> {
 protected:
  std::unique_ptr<GrpcTransport> Make(const std::string& address,
                                      const std::string& device) const {
    return GetParam()(address, device);
  }
  std::string Address() const { return StrCat("127.0.0.1:", server_->port()); }
  // Steps `device` until its sync ends.
  absl::Status Sync(Device& device, GrpcTransport& transport) {
    SystemClock clock;
    device.Sync({});
    for (int i = 0; i < kWaitsMax; ++i) {
      RETURN_IF_ERROR(device.Step(clock.MonotonicMillis()));
      if (device.state() == SyncState::kIdle) return device.sync_status();
      transport.Wait(kWaitMs);
    }
    return absl::DeadlineExceededError("it does not end");
  }
};

TEST_P(GrpcTransportTest, AnswersARequestOnce) {
  const auto transport = Make(Address(), "t1");
  transport->Send(7, FirstRequest("t1"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(completion->id, 7u);
  ASSERT_OK(completion->response);
  ASSERT_THAT(completion->response->surveys, SizeIs(1));
  EXPECT_THAT(completion->response->surveys[0].forms, SizeIs(1));
  EXPECT_FALSE(transport->Poll().has_value());
}

TEST_P(GrpcTransportTest, CountsWhatGoesOverTheLink) {
  const auto transport = Make(Address(), "t1");
  transport->Send(1, FirstRequest("t1"));
  ASSERT_TRUE(Await(*transport).has_value());
  const Traffic once = transport->traffic();
  EXPECT_EQ(once.attempts, 1u);
  EXPECT_EQ(once.round_trips, 1u);
  EXPECT_GT(once.bytes_sent, 10u);
  EXPECT_GT(once.bytes_received, 500u) << "a form is in it";
  transport->Send(2, FirstRequest("t1"));
  ASSERT_TRUE(Await(*transport).has_value());
  EXPECT_EQ(transport->traffic().bytes_sent, 2 * once.bytes_sent);
  EXPECT_EQ(transport->traffic().round_trips, 2u);
}

TEST_P(GrpcTransportTest, TheServersErrorIsTheDevices) {
  const auto transport = Make(Address(), "no/name");
  transport->Send(1, FirstRequest("no/name"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_THAT(completion->response,
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_P(GrpcTransportTest, AServerThatIsNotThereIsUnavailable) {
  const std::string address = Address();
  server_.reset();
  const auto transport = Make(address, "t1");
  transport->Send(1, FirstRequest("t1"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_THAT(completion->response, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(transport->traffic().attempts, 1u);
  EXPECT_EQ(transport->traffic().round_trips, 0u);
}

TEST_P(GrpcTransportTest, AnswersSeveralInTheOrderTheyWereSent) {
  const auto transport = Make(Address(), "t1");
  const auto many = static_cast<std::uint64_t>(transport->window());
  for (std::uint64_t id = 1; id <= many; ++id) {
    transport->Send(id, FirstRequest("t1"));
  }
  for (std::uint64_t id = 1; id <= many; ++id) {
    const std::optional<Completion> completion = Await(*transport);
    ASSERT_TRUE(completion.has_value());
    EXPECT_EQ(completion->id, id);
    EXPECT_OK(completion->response);
    EXPECT_GT(completion->bytes, 500u);
  }
}

TEST_P(GrpcTransportTest, WhatIsCancelledEndsAndTheNextIsAnswered) {
  const auto transport = Make(Address(), "t1");
  for (std::uint64_t id = 1; id <= 20; ++id) {
    transport->Send(2 * id, FirstRequest("t1"));
    transport->Cancel(2 * id);
    transport->Send(2 * id + 1, FirstRequest("t1"));
    std::optional<Completion> completion = Await(*transport);
    while (completion.has_value() && completion->id == 2 * id) {
      completion = Await(*transport);  // told, however it ended
    }
    ASSERT_TRUE(completion.has_value());
    EXPECT_EQ(completion->id, 2 * id + 1);
    EXPECT_OK(completion->response);
  }
}

// As when the server is started again: what is sent next opens what it needs.
TEST_P(GrpcTransportTest, AServerThatClosesIsUnavailableAndNoMore) {
  const auto transport = Make(Address(), "t1");
  transport->Send(1, FirstRequest("t1"));
  ASSERT_TRUE(Await(*transport).has_value());
  server_->Drain();
  transport->Send(2, FirstRequest("t1"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_EQ(completion->id, 2u);
  EXPECT_THAT(completion->response, StatusIs(absl::StatusCode::kUnavailable));
}

TEST_P(GrpcTransportTest, MayEndWithARequestUnderWay) {
  for (int i = 0; i < 20; ++i) {
    const auto transport = Make(Address(), "t1");
    transport->Send(1, FirstRequest("t1"));
  }
}

// With no server in the process, nothing else keeps gRPC's callback threads:
// they end with the channel, which a callback must not be the last to hold.
TEST_P(GrpcTransportTest, MayEndAsTheAnswerArrives) {
  const std::string address = Address();
  server_.reset();
  channel_.reset();
  for (int i = 0; i < 200; ++i) {
    const auto transport = Make(address, "t1");
    transport->Send(1, FirstRequest("t1"));
    transport->Wait(i % 2 == 0 ? kWaitMs : 0);
  }
}

TEST_P(GrpcTransportTest, ADeviceOnDiskWorksAndSyncs) {
  const FreshDirectory directory;
  const std::string path = directory.File("device.sqlite");
  SystemClock clock;
  const auto transport = Make(Address(), "t1");
  const auto random = [] { return std::uint64_t{1}; };
  {
    ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(path));
    ASSERT_OK_AND_ASSIGN(
        const auto device,
        Device::Open("t1", *store, clock, transport.get(), random));
    ASSERT_OK(device->Join(testing::SchoolSurvey::kName, "amina"));
    ASSERT_OK(Sync(*device, *transport));
    LocalSurvey& survey = *device->Find(testing::SchoolSurvey::kName);
    ASSERT_OK_AND_ASSIGN(Editing editing, survey.Create(School(1)));
    editing.SetStatus(RecordStatus::kSubmitted);
    editing.Set({RowId{}, kAreaField, 0}, Value::Text("lga1"));
    editing.Set({RowId{}, schools_.Field("name"), 0}, Value::Text("One"));
    ASSERT_OK(survey.Save(editing));
  }
  // The app starts again.
  ASSERT_OK_AND_ASSIGN(const auto store, OpenSqliteStore(path));
  ASSERT_OK_AND_ASSIGN(
      const auto device,
      Device::Open("t1", *store, clock, transport.get(), random));
  LocalSurvey& survey = *device->Find(testing::SchoolSurvey::kName);
  EXPECT_EQ(survey.outbox_size(), 1u);
  ASSERT_OK(Sync(*device, *transport));
  EXPECT_EQ(survey.outbox_size(), 0u);
  ASSERT_OK_AND_ASSIGN(const auto record,
                       schools_.Read()->FindRecord(School(1)));
  ASSERT_TRUE(record.has_value());
  EXPECT_EQ(record->area(), "lga1");
}

INSTANTIATE_TEST_SUITE_P(Calls, GrpcTransportTest,
                         ::testing::Values(NewUnaryGrpcTransport));
INSTANTIATE_TEST_SUITE_P(Stream, GrpcTransportTest,
                         ::testing::Values(NewGrpcTransport));

}  // namespace
}  // namespace chasqui::client
