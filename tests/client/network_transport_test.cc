// What holds for every transport: against a real server on loopback, and by a
// device on disk.

#include "client/network_transport.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "client/device.h"
#include "client/fallback_transport.h"
#include "client/grpc_transport.h"
#include "client/http_transport.h"
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

std::optional<Completion> Await(NetworkTransport& transport) {
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

// Of a server: its ports.
struct Ports {
  int grpc = 0;
  int http = 0;
};
std::string At(int port) { return StrCat("127.0.0.1:", port); }

// How a device gets there.
struct Way {
  std::unique_ptr<NetworkTransport> (*make)(const Ports&, const std::string&);
};

std::unique_ptr<NetworkTransport> ByCalls(const Ports& ports,
                                          const std::string& device) {
  return NewUnaryGrpcTransport(At(ports.grpc), device);
}
std::unique_ptr<NetworkTransport> ByStream(const Ports& ports,
                                           const std::string& device) {
  return NewGrpcTransport(At(ports.grpc), device);
}
std::unique_ptr<NetworkTransport> ByHttp(const Ports& ports,
                                         const std::string& device) {
  return NewHttpTransport(At(ports.http), device);
}
std::unique_ptr<NetworkTransport> ByEither(const Ports& ports,
                                           const std::string& device) {
  return NewFallbackTransport(ByStream(ports, device), ByHttp(ports, device));
}

class OnTheNetwork : public server::RunningServer {
 protected:
  Ports Address() const { return {server_->port(), server_->http_port()}; }
  // Steps `device` until its sync ends.
  absl::Status Sync(Device& device, NetworkTransport& transport) {
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

class NetworkTransportTest : public OnTheNetwork,
                             public ::testing::WithParamInterface<Way> {
 protected:
  std::unique_ptr<NetworkTransport> Make(const Ports& ports,
                                         const std::string& device) const {
    return GetParam().make(ports, device);
  }
};

class FallbackTest : public OnTheNetwork {};

TEST_P(NetworkTransportTest, AnswersARequestOnce) {
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

TEST_P(NetworkTransportTest, CountsWhatGoesOverTheLink) {
  const auto transport = Make(Address(), "t1");
  transport->Send(1, FirstRequest("t1"));
  ASSERT_TRUE(Await(*transport).has_value());
  const Traffic once = transport->traffic();
  EXPECT_EQ(once.attempts, 1u);
  EXPECT_EQ(once.round_trips, 1u);
  EXPECT_GT(once.bytes_sent, 10u);
  EXPECT_GT(once.bytes_received, 300u) << "a form is in it";
  transport->Send(2, FirstRequest("t1"));
  ASSERT_TRUE(Await(*transport).has_value());
  EXPECT_EQ(transport->traffic().bytes_sent, 2 * once.bytes_sent);
  EXPECT_EQ(transport->traffic().round_trips, 2u);
}

TEST_P(NetworkTransportTest, TheServersErrorIsTheDevices) {
  const auto transport = Make(Address(), "no/name");
  transport->Send(1, FirstRequest("no/name"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_THAT(completion->response,
              StatusIs(absl::StatusCode::kUnauthenticated));
}

TEST_P(NetworkTransportTest, AServerThatIsNotThereIsUnavailable) {
  const Ports address = Address();
  server_.reset();
  const auto transport = Make(address, "t1");
  transport->Send(1, FirstRequest("t1"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  EXPECT_THAT(completion->response, StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_EQ(transport->traffic().attempts, 1u);
  EXPECT_EQ(transport->traffic().round_trips, 0u);
}

TEST_P(NetworkTransportTest, AnswersSeveralInTheOrderTheyWereSent) {
  const auto transport = Make(Address(), "t1");
  const auto many = static_cast<std::uint64_t>(transport->window());
  Request request = FirstRequest("t1");
  // Forms come compressed, so that it is not known how long they took.
  request.surveys.front().forms = 1;
  for (std::uint64_t id = 1; id <= many; ++id) transport->Send(id, request);
  for (std::uint64_t id = 1; id <= many; ++id) {
    const std::optional<Completion> completion = Await(*transport);
    ASSERT_TRUE(completion.has_value());
    EXPECT_EQ(completion->id, id);
    EXPECT_OK(completion->response);
    EXPECT_GT(completion->bytes, 50u);
  }
}

// What gRPC unpacks by itself is no measure of the link; what came by HTTP is.
TEST_P(NetworkTransportTest, WhatCameCompressedIsCountedOrNot) {
  const auto transport = Make(Address(), "t1");
  const bool grpc = GetParam().make != ByHttp;
  transport->Send(1, FirstRequest("t1"));
  const std::optional<Completion> completion = Await(*transport);
  ASSERT_TRUE(completion.has_value());
  ASSERT_OK(completion->response);
  ASSERT_THAT(completion->response->surveys.front().forms, SizeIs(1));
  EXPECT_EQ(completion->bytes == 0, grpc) << completion->bytes;
}

TEST_P(NetworkTransportTest, WhatIsCancelledEndsAndTheNextIsAnswered) {
  const auto transport = Make(Address(), "t1");
  for (std::uint64_t id = 1; id <= 20; ++id) {
    transport->Send(2 * id, FirstRequest("t1"));
    transport->Cancel(2 * id);
    transport->Send(2 * id + 1, FirstRequest("t1"));
    std::optional<Completion> completion = Await(*transport);
    // What was cancelled is told, however it ended and however late.
    while (completion.has_value() && completion->id % 2 == 0) {
      completion = Await(*transport);
    }
    ASSERT_TRUE(completion.has_value());
    EXPECT_EQ(completion->id, 2 * id + 1);
    EXPECT_OK(completion->response);
  }
}

// As when the server is started again: what is sent next opens what it needs.
TEST_P(NetworkTransportTest, AServerThatClosesIsUnavailableAndNoMore) {
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

TEST_P(NetworkTransportTest, MayEndWithARequestUnderWay) {
  for (int i = 0; i < 20; ++i) {
    const auto transport = Make(Address(), "t1");
    transport->Send(1, FirstRequest("t1"));
  }
}

// With no server in the process, nothing else keeps gRPC's callback threads:
// they end with the channel, which a callback must not be the last to hold.
TEST_P(NetworkTransportTest, MayEndAsTheAnswerArrives) {
  const Ports address = Address();
  server_.reset();
  channel_.reset();
  for (int i = 0; i < 200; ++i) {
    const auto transport = Make(address, "t1");
    transport->Send(1, FirstRequest("t1"));
    transport->Wait(i % 2 == 0 ? kWaitMs : 0);
  }
}

TEST_P(NetworkTransportTest, ADeviceOnDiskWorksAndSyncs) {
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

INSTANTIATE_TEST_SUITE_P(Calls, NetworkTransportTest,
                         ::testing::Values(Way{ByCalls}));
INSTANTIATE_TEST_SUITE_P(Stream, NetworkTransportTest,
                         ::testing::Values(Way{ByStream}));
INSTANTIATE_TEST_SUITE_P(Http, NetworkTransportTest,
                         ::testing::Values(Way{ByHttp}));
INSTANTIATE_TEST_SUITE_P(Either, NetworkTransportTest,
                         ::testing::Values(Way{ByEither}));

// A network that lets HTTP/2 through to nowhere.
TEST_F(FallbackTest, FallsBackAfterFailures) {
  const auto transport = ByEither({1, server_->http_port()}, "t1");
  std::uint64_t id = 0;
  for (int i = 0; i < kFailuresBeforeFallback; ++i) {
    transport->Send(++id, FirstRequest("t1"));
    const std::optional<Completion> failed = Await(*transport);
    ASSERT_TRUE(failed.has_value());
    EXPECT_THAT(failed->response, StatusIs(absl::StatusCode::kUnavailable));
  }
  for (int i = 0; i < 3; ++i) {
    transport->Send(++id, FirstRequest("t1"));
    const std::optional<Completion> answered = Await(*transport);
    ASSERT_TRUE(answered.has_value());
    EXPECT_EQ(answered->id, id);
    EXPECT_OK(answered->response);
  }
  EXPECT_EQ(transport->traffic().round_trips, 3u);
  EXPECT_EQ(transport->traffic().attempts, 3u + kFailuresBeforeFallback);
}

TEST_F(FallbackTest, OneFailureIsNoReasonToFallBack) {
  const Ports ports = Address();
  const auto transport = ByEither({ports.grpc, 1}, "t1");
  for (std::uint64_t id = 1; id <= 5; ++id) {
    // Refused by the server: reached all the same.
    transport->Send(id, id == 3 ? Request() : FirstRequest("t1"));
    ASSERT_TRUE(Await(*transport).has_value());
  }
  EXPECT_EQ(transport->traffic().round_trips, 5u);
}

TEST_F(FallbackTest, ASyncFallsBackByItself) {
  const FreshDirectory directory;
  SystemClock clock;
  const auto transport = ByEither({1, server_->http_port()}, "t1");
  ASSERT_OK_AND_ASSIGN(const auto store,
                       OpenSqliteStore(directory.File("device.sqlite")));
  ASSERT_OK_AND_ASSIGN(const auto device,
                       Device::Open("t1", *store, clock, transport.get(),
                                    [] { return std::uint64_t{1}; }));
  ASSERT_OK(device->Join(testing::SchoolSurvey::kName, "amina"));
  ASSERT_OK(Sync(*device, *transport));
}

}  // namespace
}  // namespace chasqui::client
