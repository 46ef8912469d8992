#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "grpcpp/generic/generic_stub.h"
#include "server/event_log.h"
#include "server/limits.h"
#include "server/organisations.h"
#include "tests/server/running_server.h"
#include "tests/testing/fresh_directory.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::server {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::SchoolSurvey;
using testing::StatusIs;

class ServerTest : public RunningServer {
 protected:
  // Another server of the same survey.
  absl::StatusOr<std::unique_ptr<Server>> Start(const ServerOptions& options) {
    return Server::Start(options, {Hosting("main")}, schools_.clock(), log_);
  }
  Hosted Hosting(const std::string& name) {
    return {name, &schools_.catalog(), authenticator_.get()};
  }

  // Any method, by its full name, with `request` as it is.
  grpc::Status CallByName(const std::string& method,
                          const std::string& request = "") {
    grpc::GenericStub stub(channel_);
    grpc::ClientContext context;
    context.AddMetadata("chasqui-device", "tablet");
    context.AddMetadata("chasqui-person", "sani");
    context.set_deadline(std::chrono::system_clock::now() +
                         std::chrono::seconds(20));
    grpc::CompletionQueue queue;
    const auto call = stub.PrepareCall(&context, method, &queue);
    const auto step = [&queue] {
      void* tag = nullptr;
      bool ok = false;
      queue.Next(&tag, &ok);
      return ok;
    };
    call->StartCall(nullptr);
    step();
    const grpc::Slice slice(request);
    call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
    step();
    call->WritesDone(nullptr);
    step();
    grpc::ByteBuffer answer;
    do {
      call->Read(&answer, nullptr);
    } while (step());
    grpc::Status status;
    call->Finish(&status, nullptr);
    step();
    return status;
  }
};

std::vector<std::string> AllMethods() {
  std::vector<std::string> methods;
  for (const char* const service :
       {"SyncService", "SurveyService", "RecordService", "ProgressService",
        "ExportService"}) {
    const auto* const descriptor =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(
            std::string("chasqui.v1.") + service);
    CHECK(descriptor != nullptr);
    for (int i = 0; i < descriptor->method_count(); ++i) {
      methods.push_back(StrCat("/chasqui.v1.", std::string(service), "/",
                               descriptor->method(i)->name()));
    }
  }
  return methods;
}

TEST_F(ServerTest, EveryMethodIsServed) {
  for (const std::string& method : AllMethods()) {
    EXPECT_THAT(CallByName(method), Not(HasCode(grpc::UNIMPLEMENTED)))
        << method;
  }
  EXPECT_THAT(CallByName("/chasqui.v1.SyncService/Nothing"),
              HasCode(grpc::UNIMPLEMENTED));
}

TEST_F(ServerTest, RubbishIsRefusedAndTheServerStaysUp) {
  for (const std::string& method : AllMethods()) {
    const grpc::Status status = CallByName(method, "\xff\xff\xff rubbish");
    // On a stream what cannot be read is its end, and gets no answer.
    if (method == "/chasqui.v1.SyncService/SyncStream") continue;
    EXPECT_THAT(status, Not(HasCode(grpc::OK))) << method;
  }
  v1::ListSurveysResponse response;
  EXPECT_THAT(Call(&v1::SurveyService::Stub::ListSurveys,
                   v1::ListSurveysRequest(), response),
              HasCode(grpc::OK));
}

TEST_F(ServerTest, TellsItsHealthAndItsServices) {
  EXPECT_THAT(CallByName("/grpc.health.v1.Health/Check"), HasCode(grpc::OK));
  EXPECT_THAT(CallByName("/grpc.reflection.v1alpha.ServerReflection/"
                         "ServerReflectionInfo"),
              HasCode(grpc::OK));
}

TEST_F(ServerTest, HeadersHaveALimit) {
  const auto call = [this](std::size_t bytes) {
    v1::SurveyService::Stub stub(channel_);
    grpc::ClientContext context;
    context.AddMetadata("x-long", std::string(bytes, 'x'));
    v1::ListSurveysResponse response;
    return stub.ListSurveys(&context, v1::ListSurveysRequest(), &response);
  };
  EXPECT_THAT(call(kMetadataBytesMax - 1000), HasCode(grpc::OK));
  EXPECT_THAT(call(kMetadataBytesMax + 1), HasCode(grpc::RESOURCE_EXHAUSTED));
  // The refusal closes the connection; the next call may still meet that one.
  grpc::Status next = call(10);
  for (int i = 0; i < 10 && next.error_code() == grpc::UNAVAILABLE; ++i) {
    next = call(10);
  }
  EXPECT_THAT(next, HasCode(grpc::OK));
}

// What the server says of its health, as it changes.
class HealthWatch {
 public:
  explicit HealthWatch(const std::shared_ptr<grpc::Channel>& channel)
      : stub_(channel),
        call_(stub_.PrepareCall(&context_, "/grpc.health.v1.Health/Watch",
                                &queue_)) {
    call_->StartCall(nullptr);
    Await();
    grpc::Slice nothing("");
    call_->Write(grpc::ByteBuffer(&nothing, 1), nullptr);
    Await();
  }
  ~HealthWatch() {
    context_.TryCancel();
    grpc::Status status;
    call_->Finish(&status, nullptr);
    Await();
  }

  // A grpc.health.v1.HealthCheckResponse: field 1, a varint.
  int Next() {
    grpc::ByteBuffer buffer;
    call_->Read(&buffer, nullptr);
    Await();
    grpc::Slice slice;
    if (!buffer.DumpToSingleSlice(&slice).ok() || slice.size() != 2) return -1;
    return slice.begin()[1];
  }

 private:
  void Await() {
    void* tag = nullptr;
    bool ok = false;
    queue_.Next(&tag, &ok);
  }

  grpc::GenericStub stub_;
  grpc::ClientContext context_;
  grpc::CompletionQueue queue_;
  std::unique_ptr<grpc::GenericClientAsyncReaderWriter> call_;
};

TEST_F(ServerTest, DrainsAndTakesNoMore) {
  constexpr int kServing = 1;
  constexpr int kNotServing = 2;
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  context.AddMetadata("chasqui-device", "tablet");
  const auto stream = stub.SyncStream(&context);
  v1::SyncRequest request;
  request.add_surveys()->set_survey(SchoolSurvey::kName);
  v1::SyncResponse response;
  ASSERT_TRUE(stream->Write(request));
  ASSERT_TRUE(stream->Read(&response));

  std::thread draining;
  {
    HealthWatch health(channel_);
    ASSERT_EQ(health.Next(), kServing);
    draining = std::thread([this] { server_->Drain(); });
    EXPECT_EQ(health.Next(), kNotServing);
  }
  // A stream that is between two exchanges ends; nothing new begins.
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(stream->Finish(), HasCode(grpc::UNAVAILABLE));
  v1::ListSurveysResponse list;
  grpc::Status refused;
  do {
    refused = Call(&v1::SurveyService::Stub::ListSurveys,
                   v1::ListSurveysRequest(), list);
    // Until the server's goodbye has arrived; it may strike a call in between.
  } while (refused.ok() || refused.error_code() == grpc::CANCELLED);
  EXPECT_THAT(refused, HasCode(grpc::UNAVAILABLE));
  draining.join();
}

TEST_F(ServerTest, ListensOnThisMachineUnlessToldOtherwise) {
  EXPECT_TRUE(IsLoopback("127.0.0.1:7707"));
  EXPECT_TRUE(IsLoopback("[::1]:7707"));
  EXPECT_TRUE(IsLoopback("localhost:7707"));
  EXPECT_FALSE(IsLoopback("0.0.0.0:7707"));
  EXPECT_FALSE(IsLoopback("example.org:7707"));
  EXPECT_FALSE(IsLoopback("127.example.org:7707"));
  ServerOptions options;
  options.listen = "0.0.0.0:0";
  const auto start = [&] { return Start(options).status(); };
  EXPECT_THAT(start(), StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("--behind-proxy")));
  options.behind_proxy = true;
  EXPECT_OK(start());
}

TEST_F(ServerTest, ListensOnHostAndPort) {
  for (const char* const listen :
       {"127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:", "127.0.0.1", ":7707",
        "127.0.0.1:http", ""}) {
    ServerOptions options;
    options.listen = listen;
    EXPECT_THAT(
        Start(options).status(),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("HOST:PORT")))
        << listen;
  }
}

TEST_F(ServerTest, OrganisationsHaveNamesOfTheirOwn) {
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  const auto start = [&](const std::vector<Hosted>& all) {
    return Server::Start(options, all, schools_.clock(), log_).status();
  };
  EXPECT_OK(start({Hosting("main"), Hosting("other")}));
  EXPECT_THAT(
      start({Hosting("main"), Hosting("main")}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("or names two")));
  EXPECT_THAT(start({Hosting("main"), Hosting("../other")}),
              StatusIs(absl::StatusCode::kInvalidArgument));
  std::vector<Hosted> many;
  for (std::size_t i = 0; i <= kOrganisationsMax; ++i) {
    many.push_back(Hosting(StrCat("ministry-", i)));
  }
  EXPECT_THAT(start(many), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("up to 64")));
  many.pop_back();
  EXPECT_OK(start(many));
}

TEST_F(ServerTest, OnePortHasOneServer) {
  ServerOptions options;
  options.listen = StrCat("127.0.0.1:", server_->port());
  EXPECT_THAT(Start(options).status(),
              StatusIs(absl::StatusCode::kUnavailable));
}

TEST(EventLogTest, SaysOneObjectALine) {
  testing::FreshDirectory directory;
  testing::SteppingClock clock;
  std::FILE* const file = std::fopen(directory.File("log").c_str(), "w+");
  {
    EventLog log(clock, file);
    log.Say(Severity::kInfo, "it \"is\"\n",
            {{"n", std::int64_t{-1}}, {"yes", true}, {"bytes", "\xff"}});
    log.SayFailure("Sync", absl::InternalError("disk"));
    log.SayFailure("Sync", absl::NotFoundError("told to the caller"));
  }
  std::rewind(file);
  std::string text(1000, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file));
  std::fclose(file);
  EXPECT_EQ(text,
            "{\"time\":\"2014-05-13T16:53:20.000Z\",\"severity\":\"info\","
            "\"event\":\"it \\\"is\\\"\\n\",\"n\":-1,\"yes\":true,"
            "\"bytes\":\"\\ufffd\"}\n"
            "{\"time\":\"2014-05-13T16:53:21.000Z\",\"severity\":\"error\","
            "\"event\":\"failure\",\"call\":\"Sync\",\"code\":13,"
            "\"message\":\"disk\"}\n");
}

}  // namespace
}  // namespace chasqui::server
