#include "server/connect/call.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "chasqui/v1/progress_service.grpc.pb.h"
#include "google/protobuf/descriptor.h"
#include "grpcpp/grpcpp.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"

namespace chasqui::connect {
namespace {

// Takes its time to go, as one does that closes a socket; by then it says so.
class SlowToGo final : public Caller {
 public:
  explicit SlowToGo(std::atomic<int>& gone) : gone_(gone) {}
  ~SlowToGo() override {
    absl::SleepFor(absl::Milliseconds(100));
    ++gone_;
  }
  SlowToGo(const SlowToGo&) = delete;
  SlowToGo& operator=(const SlowToGo&) = delete;

  void OnHead(Headers) override {}
  void OnMessage(std::string) override {}
  void OnEnd(Ending ending) override { EXPECT_FALSE(ending.ok()); }

 private:
  std::atomic<int>& gone_;
};

class CallTest : public ::testing::Test {
 protected:
  CallTest() {
    grpc::ServerBuilder builder;
    builder.RegisterService(&service_);
    server_ = builder.BuildAndStart();
    CHECK(server_ != nullptr);
  }
  ~CallTest() override { server_->Shutdown(); }

  static CallRequest RequestTo(const std::string& method) {
    CallRequest request;
    request.method =
        google::protobuf::DescriptorPool::generated_pool()->FindMethodByName(
            "chasqui.v1.ProgressService." + method);
    CHECK(request.method != nullptr);
    return request;
  }

  v1::ProgressService::CallbackService service_;  // implements nothing
  std::unique_ptr<grpc::Server> server_;
};

// What they use may go as soon as none is under way: the stub goes with its
// channel here, and the caller's flag with the test.
TEST_F(CallTest, LetsGoOfAllBeforeItIsOver) {
  for (const char* const method : {"GetProgress", "WatchProgress"}) {
    const auto under_way = std::make_shared<CallsUnderWay>();
    std::atomic<int> gone = 0;
    auto channel = server_->InProcessChannel({});
    {
      grpc::GenericStub stub(channel);
      for (int i = 0; i < 3; ++i) {
        Call::Start(stub, RequestTo(method), std::make_shared<SlowToGo>(gone),
                    under_way);
      }
      under_way->AwaitNone();
    }
    EXPECT_EQ(gone, 3) << method;
    EXPECT_EQ(channel.use_count(), 1) << method;
  }
}

TEST_F(CallTest, NoneIsUnderWayAtFirst) {
  CallsUnderWay none;
  none.AwaitNone();
}

}  // namespace
}  // namespace chasqui::connect
