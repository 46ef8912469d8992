#include "client/http_exchange.h"

#include <string>

#include "chasqui/v1/sync_service.pb.h"
#include "connect/error.h"
#include "connect/gzip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

const connect::Headers& Proto() {
  static const connect::Headers kHeaders = {
      {"content-type", "application/proto"}};
  return kHeaders;
}

std::string Answered() {
  v1::SyncResponse response;
  response.set_received_ms(5);
  return response.SerializeAsString();
}

TEST(HttpExchangeTest, AsksAsTheProtocolSays) {
  Request request;
  request.surveys.resize(1);
  request.surveys[0].survey = "wells";
  const HttpAsking asking = AskingOf(request, "host:1", "t1");
  EXPECT_THAT(
      asking.text,
      ::testing::StartsWith("POST /chasqui.v1.SyncService/Sync HTTP/1.1\r\n"));
  EXPECT_THAT(asking.text, HasSubstr("\r\nhost: host:1\r\n"));
  EXPECT_THAT(asking.text, HasSubstr("\r\nchasqui-device: t1\r\n"));
  EXPECT_THAT(asking.text, HasSubstr("\r\nconnect-protocol-version: 1\r\n"));
  EXPECT_EQ(asking.text.size(),
            asking.text.find("\r\n\r\n") + 4 + asking.body_bytes);
}

TEST(HttpExchangeTest, WhatGetsShorterIsCompressed) {
  Request request;
  request.surveys.resize(1);
  request.surveys[0].cursor = std::string(10'000, 'c');
  const HttpAsking asking = AskingOf(request, "h:1", "t1");
  EXPECT_THAT(asking.text, HasSubstr("\r\ncontent-encoding: gzip\r\n"));
  EXPECT_LT(asking.body_bytes, 1'000u);
  EXPECT_OK(connect::Gunzip(
      asking.text.substr(asking.text.size() - asking.body_bytes), 20'000));
}

TEST(HttpExchangeTest, ReadsAnAnswer) {
  ASSERT_OK_AND_ASSIGN(const Response plain,
                       AnswerOf(200, Proto(), Answered()));
  EXPECT_EQ(plain.received_ms, 5);
  connect::Headers gzip = Proto();
  gzip.emplace_back("content-encoding", "gzip");
  ASSERT_OK_AND_ASSIGN(const Response unzipped,
                       AnswerOf(200, gzip, connect::Gzip(Answered())));
  EXPECT_EQ(unzipped.received_ms, 5);
}

TEST(HttpExchangeTest, TheServersErrorIsTheDevices) {
  const auto told = [](absl::StatusCode code) {
    return AnswerOf(500, {{"content-type", "application/json"}},
                    connect::ErrorToJson({code, "why", {}}))
        .status();
  };
  EXPECT_THAT(told(absl::StatusCode::kUnauthenticated),
              StatusIs(absl::StatusCode::kUnauthenticated, "why"));
  EXPECT_THAT(told(absl::StatusCode::kResourceExhausted),
              StatusIs(absl::StatusCode::kResourceExhausted));
  for (const absl::StatusCode broke :
       {absl::StatusCode::kInternal, absl::StatusCode::kUnknown,
        absl::StatusCode::kCancelled}) {
    EXPECT_THAT(told(broke), StatusIs(absl::StatusCode::kUnavailable));
  }
}

// As a hotel's network does, or a proxy whose server is away.
TEST(HttpExchangeTest, WhatSomebodyElseAnswersIsTriedAgain) {
  const auto unavailable = StatusIs(absl::StatusCode::kUnavailable);
  EXPECT_THAT(
      AnswerOf(200, {{"content-type", "text/html"}}, "<html>pay</html>"),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("password")));
  EXPECT_THAT(AnswerOf(200, {}, Answered()), unavailable);
  EXPECT_THAT(AnswerOf(200, Proto(), "\xff rubbish"), unavailable);
  EXPECT_THAT(AnswerOf(302, {}, ""), unavailable);
  EXPECT_THAT(AnswerOf(502, {}, "<html>Bad gateway</html>"), unavailable);
  // A captive portal says nothing of the server: not that this device is a
  // stranger there, nor that it knows no such call.
  for (const int status : {400, 401, 403, 404, 407, 511}) {
    for (const char* const body :
         {"<html>Sign in</html>", "", R"({"error": "sign in"})"}) {
      EXPECT_THAT(AnswerOf(status, {{"content-type", "text/html"}}, body),
                  StatusIs(absl::StatusCode::kUnavailable,
                           HasSubstr(std::to_string(status))))
          << body;
    }
  }
  connect::Headers odd = Proto();
  odd.emplace_back("content-encoding", "br");
  EXPECT_THAT(AnswerOf(200, odd, Answered()), unavailable);
  odd.back().second = "gzip";
  EXPECT_THAT(AnswerOf(200, odd, "no gzip"), unavailable);
}

}  // namespace
}  // namespace chasqui::client
