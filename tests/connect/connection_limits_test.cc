// What a connection may cost, at each limit and past it; and what becomes of a
// call when its caller has gone.

#include <memory>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "chasqui/v1/progress_service.grpc.pb.h"
#include "connect/envelope.h"
#include "gmock/gmock.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "server/connect/connect_server.h"
#include "sync/base/check.h"
#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"
#include "tests/connect/paths.h"
#include "tests/connect/raw_http.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;

// Answers at once; its watches tell one thing, or without end, and go on until
// their callers have gone, and are counted.
class WatchedService final : public v1::ProgressService::CallbackService {
 public:
  grpc::ServerUnaryReactor* GetProgress(grpc::CallbackServerContext* context,
                                        const v1::GetProgressRequest*,
                                        v1::GetProgressResponse*) override {
    auto* const reactor = context->DefaultReactor();
    reactor->Finish(grpc::Status::OK);
    return reactor;
  }

  grpc::ServerWriteReactor<v1::WatchProgressResponse>* WatchProgress(
      grpc::CallbackServerContext*,
      const v1::WatchProgressRequest* request) override {
    return new Watch(*this, request->survey() == "endless");
  }

  bool AwaitCancelled(int watches) {
    MutexLock lock(mutex_);
    while (cancelled_ < watches) {
      if (!changed_.WaitFor(mutex_, absl::Seconds(10))) return false;
    }
    return true;
  }
  bool AwaitWritten(int messages) {
    MutexLock lock(mutex_);
    while (written_ < messages) {
      if (!changed_.WaitFor(mutex_, absl::Seconds(10))) return false;
    }
    return true;
  }
  int written() {
    MutexLock lock(mutex_);
    return written_;
  }

 private:
  class Watch final
      : public grpc::ServerWriteReactor<v1::WatchProgressResponse> {
   public:
    Watch(WatchedService& service, bool endless)
        : service_(service), endless_(endless) {
      if (endless_) {
        response_.mutable_progress()->add_lines()->set_key(
            std::string(100'000, 'x'));
      }
      StartWrite(&response_);
    }
    void OnWriteDone(bool ok) override {
      {
        MutexLock lock(service_.mutex_);
        ++service_.written_;
        service_.changed_.SignalAll();
      }
      if (ok && endless_) StartWrite(&response_);
    }
    void OnCancel() override { Finish(grpc::Status::CANCELLED); }
    void OnDone() override {
      {
        MutexLock lock(service_.mutex_);
        ++service_.cancelled_;
        service_.changed_.SignalAll();
      }
      delete this;
    }

   private:
    WatchedService& service_;
    const bool endless_;
    v1::WatchProgressResponse response_;
  };

  Mutex mutex_;
  CondVar changed_;
  int cancelled_ ABSL_GUARDED_BY(mutex_) = 0;
  int written_ ABSL_GUARDED_BY(mutex_) = 0;
};

class ConnectionLimitsTest : public ::testing::Test {
 protected:
  ConnectionLimitsTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    services_ = builder.BuildAndStart();
    CHECK(services_ != nullptr);
  }
  ~ConnectionLimitsTest() override {
    server_.reset();
    services_->Shutdown();
  }

  void Serve(const HttpLimits& limits) {
    auto server = ConnectServer::Start("127.0.0.1:0", limits,
                                       services_->InProcessChannel({}));
    CHECK(server.ok());
    server_ = *std::move(server);
  }
  int port() const { return server_->port(); }
  static std::string GetText() {
    return PostText(kGetProgress, "application/json", "{}");
  }
  // Asks again, for ten seconds at most, until the answer has that status. The
  // server learns of what another connection does in its own time.
  RawAnswer AskUntil(int status, const std::string& body) const {
    const absl::Time deadline = absl::Now() + absl::Seconds(10);
    RawAnswer answer;
    while (answer.status != status && absl::Now() < deadline) {
      answer =
          RawHttp(port()).Ask(PostText(kGetProgress, "application/json", body));
    }
    return answer;
  }
  static std::string WatchText(const char* survey = "") {
    return PostText(
        kWatch, "application/connect+json",
        EncodeEnvelope({0, StrCat("{\"survey\": \"", survey, "\"}")}));
  }

  WatchedService service_;
  std::unique_ptr<grpc::Server> services_;
  std::unique_ptr<ConnectServer> server_;
};

TEST_F(ConnectionLimitsTest, AMessage) {
  HttpLimits limits;
  limits.message_bytes = 10'000;
  Serve(limits);
  const auto ask = [this](std::size_t bytes) {
    const std::string json = StrCat("{", std::string(bytes - 2, ' '), "}");
    return RawHttp(port()).Ask(
        PostText(kGetProgress, "application/json", json));
  };
  EXPECT_EQ(ask(10'000).status, 200);
  for (const std::size_t bytes : {10'001u, 10'006u, 5'000'000u}) {
    const RawAnswer refused = ask(bytes);
    EXPECT_EQ(refused.status, 429) << bytes;
    EXPECT_THAT(refused.body, HasSubstr("resource_exhausted"));
    EXPECT_THAT(refused.body, HasSubstr("10000"));
  }
}

TEST_F(ConnectionLimitsTest, TheHead) {
  HttpLimits limits;
  limits.head_bytes = 2'000;
  Serve(limits);
  const std::string rest = GetText();
  const auto ask = [this, &rest](std::size_t bytes) {
    const std::size_t empty =
        rest.find("\r\n\r\n") + 4 + std::string("X: \r\n").size();
    return RawHttp(port())
        .Ask(PostText(kGetProgress, "application/json", "{}",
                      StrCat("X: ", std::string(bytes - empty, 'x'), "\r\n")))
        .status;
  };
  EXPECT_EQ(ask(2'000), 200);
  EXPECT_EQ(ask(2'001), 431);
  EXPECT_EQ(ask(200'000), 431);
}

TEST_F(ConnectionLimitsTest, Connections) {
  HttpLimits limits;
  limits.connections = 2;
  Serve(limits);
  RawHttp first(port());
  EXPECT_EQ(first.Ask(GetText()).status, 200);
  RawHttp second(port());
  EXPECT_EQ(second.Ask(GetText()).status, 200);
  RawHttp third(port());
  third.Send(GetText());
  // The two are none the worse, and the third's turn comes.
  EXPECT_EQ(first.Ask(GetText()).status, 200);
  first.HangUp();
  EXPECT_EQ(third.Read().status, 200);
  EXPECT_EQ(second.Ask(GetText()).status, 200);
}

TEST_F(ConnectionLimitsTest, Bodies) {
  HttpLimits limits;
  limits.bodies_bytes = 10'000;
  Serve(limits);
  RawHttp slow(port());
  const std::string body(9'000, ' ');
  const std::string request =
      PostText(kGetProgress, "application/json", body + "{}");
  slow.Send(request.substr(0, request.size() - 1));
  // Once some of it has arrived.
  const RawAnswer busy = AskUntil(503, body + "{}");
  EXPECT_EQ(busy.status, 503);
  EXPECT_THAT(busy.body, HasSubstr("unavailable"));
  slow.HangUp();
  EXPECT_EQ(AskUntil(200, std::string(4'000, ' ') + "{}").status, 200)
      << "what is over is given back";
}

TEST_F(ConnectionLimitsTest, Idleness) {
  HttpLimits limits;
  limits.idle_ms = 50;
  Serve(limits);
  RawHttp never(port());
  EXPECT_TRUE(never.Ends());
  RawHttp after(port());
  EXPECT_EQ(after.Ask(GetText()).status, 200);
  EXPECT_TRUE(after.Ends());
}

TEST_F(ConnectionLimitsTest, ASlowHead) {
  HttpLimits limits;
  limits.head_ms = 50;
  Serve(limits);
  RawHttp connection(port());
  connection.Send("POST / HTTP/1.1\r\n");
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectionLimitsTest, ASlowBody) {
  HttpLimits limits;
  limits.silence_ms = 50;
  Serve(limits);
  RawHttp silent(port());
  const std::string request = GetText();
  silent.Send(request.substr(0, request.size() - 1));
  EXPECT_TRUE(silent.Ends());
}

TEST_F(ConnectionLimitsTest, ABodyThatDripsForEver) {
  HttpLimits limits;
  limits.body_ms = 200;
  Serve(limits);
  RawHttp dripping(port());
  const std::string request =
      PostText(kGetProgress, "application/json", std::string(4'000, ' '));
  dripping.Send(request.substr(0, 200));
  const absl::Time begun = absl::Now();
  for (std::size_t i = 200; i < request.size(); ++i) {
    dripping.Send(request.substr(i, 1));
    absl::SleepFor(absl::Milliseconds(5));
    if (absl::Now() - begun > absl::Milliseconds(400)) break;
  }
  EXPECT_TRUE(dripping.Ends());
}

TEST_F(ConnectionLimitsTest, AReaderThatDoesNotRead) {
  HttpLimits limits;
  limits.silence_ms = 100;
  Serve(limits);
  RawHttp connection(port());
  connection.Send(WatchText("endless"));
  EXPECT_TRUE(service_.AwaitCancelled(1));
}

// The pace of whoever reads is that of the service: it is not all kept here.
TEST_F(ConnectionLimitsTest, AServiceWaitsForItsReader) {
  Serve(HttpLimits());
  RawHttp connection(port());
  connection.Send(WatchText("endless"));
  int before = -1;
  while (service_.written() != before) {
    before = service_.written();
    absl::SleepFor(absl::Milliseconds(200));
  }
  EXPECT_GT(before, 0);
  EXPECT_LT(before, 200) << "20 MB, more than sockets hold";
}

TEST_F(ConnectionLimitsTest, ACallEndsWithItsCaller) {
  Serve(HttpLimits());
  std::vector<std::unique_ptr<RawHttp>> watchers;
  for (int i = 0; i < 5; ++i) {
    watchers.push_back(std::make_unique<RawHttp>(port()));
    watchers.back()->Send(WatchText());
  }
  ASSERT_TRUE(service_.AwaitWritten(5));
  watchers.clear();
  EXPECT_TRUE(service_.AwaitCancelled(5));
}

TEST_F(ConnectionLimitsTest, MayEndWithCallsUnderWay) {
  Serve(HttpLimits());
  RawHttp watching(port());
  watching.Send(WatchText());
  ASSERT_TRUE(service_.AwaitWritten(1));
  RawHttp half(port());
  half.Send(GetText().substr(0, 20));
  server_.reset();
  EXPECT_TRUE(half.Ends());
  EXPECT_TRUE(service_.AwaitCancelled(1));
}

}  // namespace
}  // namespace chasqui::connect
