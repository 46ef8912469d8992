// The limits of callers, by calls: one that misbehaves slows only itself.

#include <memory>
#include <string>
#include <utility>

#include "chasqui/v1/survey_service.grpc.pb.h"
#include "chasqui/v1/sync_service.grpc.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/server/running_server.h"

namespace chasqui::server {
namespace {

using ::testing::HasSubstr;

RateLimitOptions Tight() {
  RateLimitOptions options;
  options.device = {{1, 5}, {1'000, 100'000}, 2};
  options.person = {{1, 3}, {}, 0};
  return options;
}

class CallerLimitsTest : public RunningServer {
 protected:
  CallerLimitsTest()
      : RunningServer(std::make_unique<MetadataAuthenticator>(), Tight()) {}

  grpc::Status Sync(const std::string& device,
                    const v1::SyncRequest& request = {}) {
    v1::SyncResponse response;
    return Call(&v1::SyncService::Stub::Sync, request, response, "", device);
  }

  // A stream of `device`, open.
  struct Stream {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReaderWriter<v1::SyncRequest, v1::SyncResponse>>
        calls;
  };
  std::unique_ptr<Stream> Open(const std::string& device) {
    auto stream = std::make_unique<Stream>();
    stream->context.AddMetadata("chasqui-device", device);
    stream->calls =
        v1::SyncService::NewStub(channel_)->SyncStream(&stream->context);
    return stream;
  }
  // Whether a request on it is answered.
  static bool Answers(Stream& stream) {
    v1::SyncResponse response;
    return stream.calls->Write(v1::SyncRequest()) &&
           stream.calls->Read(&response);
  }
};

TEST_F(CallerLimitsTest, ADeviceHasSoManyRequests) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Sync("loud").ok());
  EXPECT_THAT(Sync("loud"), HasCode(grpc::RESOURCE_EXHAUSTED,
                                    HasSubstr("1 requests a second")));
  EXPECT_TRUE(Sync("quiet").ok());
}

TEST_F(CallerLimitsTest, ItIsToldWhenToComeAgain) {
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(Sync("loud").ok());
  v1::SyncService::Stub stub(channel_);
  grpc::ClientContext context;
  context.AddMetadata("chasqui-device", "loud");
  v1::SyncResponse response;
  EXPECT_THAT(stub.Sync(&context, v1::SyncRequest(), &response),
              HasCode(grpc::RESOURCE_EXHAUSTED));
  const auto& trailers = context.GetServerTrailingMetadata();
  const auto told = trailers.find("retry-after");
  ASSERT_NE(told, trailers.end());
  EXPECT_EQ(told->second, "1");
}

TEST_F(CallerLimitsTest, RequestsOnAStreamCountToo) {
  const auto stream = Open("loud");
  int answered = 0;
  while (answered < 100 && Answers(*stream)) ++answered;
  EXPECT_EQ(answered, 5);
  EXPECT_THAT(stream->calls->Finish(), HasCode(grpc::RESOURCE_EXHAUSTED));
  EXPECT_EQ(stream->context.GetServerTrailingMetadata().count("retry-after"),
            1U);
  EXPECT_TRUE(Answers(*Open("quiet")));
}

TEST_F(CallerLimitsTest, ADeviceHasSoManyBytes) {
  v1::SyncRequest large;
  large.set_device_key(std::string(90'000, 'x'));
  Sync("loud", large);
  EXPECT_THAT(Sync("loud", large), HasCode(grpc::RESOURCE_EXHAUSTED,
                                           HasSubstr("1000 bytes a second")));
  EXPECT_TRUE(Sync("quiet").ok());
}

TEST_F(CallerLimitsTest, ADeviceHasSoManyStreams) {
  auto first = Open("loud");
  const auto second = Open("loud");
  EXPECT_TRUE(Answers(*first));
  EXPECT_TRUE(Answers(*second));
  const auto third = Open("loud");
  EXPECT_FALSE(Answers(*third));
  EXPECT_THAT(third->calls->Finish(),
              HasCode(grpc::RESOURCE_EXHAUSTED, HasSubstr("2 streams")));
  EXPECT_TRUE(Answers(*Open("quiet")));
  first->calls->WritesDone();
  EXPECT_TRUE(first->calls->Finish().ok());
  first.reset();
  EXPECT_TRUE(Answers(*Open("loud")));
}

TEST_F(CallerLimitsTest, APersonHasSoManyCalls) {
  const auto list = [&](const std::string& person) {
    v1::ListSurveysResponse response;
    return Call(&v1::SurveyService::Stub::ListSurveys, v1::ListSurveysRequest(),
                response, person, "");
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(list("sani").ok());
  EXPECT_THAT(list("sani"),
              HasCode(grpc::RESOURCE_EXHAUSTED, HasSubstr("a person may")));
  EXPECT_TRUE(list("amina").ok());
  // Whoever runs the server has no limit.
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(list("").ok());
}

}  // namespace
}  // namespace chasqui::server
