// What connections hold of answers, and for how long.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/time/clock.h"
#include "chasqui/v1/progress_service.grpc.pb.h"
#include "connect/envelope.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/connect/connect_server.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "tests/connect/paths.h"
#include "tests/connect/raw_http.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;

// Answers with so many bytes as the survey's name says.
class AnswersOfAnySize final : public v1::ProgressService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetProgress(
      grpc::CallbackServerContext* context,
      const v1::GetProgressRequest* request,
      v1::GetProgressResponse* response) override {
    Fill(request->survey(), *response);
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<v1::WatchProgressResponse>* WatchProgress(
      grpc::CallbackServerContext*,
      const v1::WatchProgressRequest* request) override {
    return new OneMessage(request->survey());
  }

 private:
  static void Fill(const std::string& bytes, v1::GetProgressResponse& out) {
    std::size_t size = 0;
    CHECK(absl::SimpleAtoi(bytes, &size));
    out.add_lines()->set_key(std::string(size, 'x'));
  }

  class OneMessage final
      : public grpc::ServerWriteReactor<v1::WatchProgressResponse> {
   public:
    explicit OneMessage(const std::string& bytes) {
      Fill(bytes, *response_.mutable_progress());
      StartWrite(&response_);
    }
    void OnWriteDone(bool) override { Finish(grpc::Status::OK); }
    void OnDone() override { delete this; }

   private:
    v1::WatchProgressResponse response_;
  };
};

class HeldAnswersTest : public ::testing::Test {
 protected:
  HeldAnswersTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    services_ = builder.BuildAndStart();
    CHECK(services_ != nullptr);
    channel_ = services_->InProcessChannel({});
  }
  ~HeldAnswersTest() override {
    server_.reset();
    channel_.reset();
    services_->Shutdown();
  }

  void Serve(const HttpLimits& limits) {
    auto server = ConnectServer::Start("127.0.0.1:0", limits, channel_);
    CHECK(server.ok());
    server_ = *std::move(server);
  }
  static std::string GetText(int bytes) {
    return PostText(kGetProgress, "application/json",
                    StrCat("{\"survey\": \"", bytes, "\"}"));
  }
  RawAnswer Watch(int bytes) {
    return RawHttp(server_->port())
        .Ask(PostText(
            kWatch, "application/connect+json",
            EncodeEnvelope({0, StrCat("{\"survey\": \"", bytes, "\"}")})));
  }
  // Whether only so many hold the channel, soon.
  bool AwaitHolders(std::int64_t holders) const {
    for (int i = 0; i < 100 && channel_.use_count() > holders; ++i) {
      absl::SleepFor(absl::Milliseconds(50));
    }
    return channel_.use_count() == holders;
  }

  AnswersOfAnySize service_;
  std::unique_ptr<grpc::Server> services_;
  std::shared_ptr<grpc::Channel> channel_;
  std::unique_ptr<ConnectServer> server_;
};

// A call holds the channel, and the bytes of what it was answered.
TEST_F(HeldAnswersTest, ACallThatWasAnsweredIsLetGo) {
  Serve(HttpLimits());
  const std::int64_t idle = channel_.use_count();
  RawHttp connection(server_->port());
  EXPECT_EQ(connection.Ask(GetText(100'000)).status, 200);
  EXPECT_TRUE(AwaitHolders(idle)) << "though its connection stays";
  EXPECT_EQ(connection.Ask(GetText(10)).status, 200);
}

TEST_F(HeldAnswersTest, CountAgainstWhatAllMayHold) {
  HttpLimits limits;
  limits.bodies_bytes = 10'000;
  Serve(limits);
  RawHttp connection(server_->port());
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(connection.Ask(GetText(9'000)).status, 200) << "given back";
  }
  const RawAnswer busy = connection.Ask(GetText(10'001));
  EXPECT_EQ(busy.status, 503);
  EXPECT_THAT(busy.body, HasSubstr("unavailable"));
  EXPECT_EQ(connection.Ask(GetText(9'000)).status, 200);

  EXPECT_THAT(Watch(9'000).body, HasSubstr("xxxxx"));
  const RawAnswer cut = Watch(10'001);
  EXPECT_EQ(cut.status, 200);
  EXPECT_THAT(cut.body, HasSubstr("unavailable"));
  EXPECT_THAT(cut.body, ::testing::Not(HasSubstr("xxxxx")));
}

}  // namespace
}  // namespace chasqui::connect
