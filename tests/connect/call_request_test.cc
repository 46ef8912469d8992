#include "server/connect/call_request.h"

#include <string>
#include <utility>
#include <variant>

#include "chasqui/v1/export_service.pb.h"
#include "chasqui/v1/survey_service.pb.h"
#include "connect/envelope.h"
#include "connect/gzip.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/connect/paths.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

constexpr std::size_t kMessageMax = 1000;

std::string WellsRequest() {
  v1::GetSurveyRequest request;
  request.set_survey("wells");
  return request.SerializeAsString();
}

HttpRequest Post(const char* path, const char* type, std::string body,
                 Headers more = {}) {
  HttpRequest request{"POST", path, std::move(more), std::move(body)};
  request.headers.emplace_back("content-type", type);
  return request;
}

CallRequest Understood(const HttpRequest& request) {
  auto read = ReadCall(request, kMessageMax);
  EXPECT_TRUE(std::holds_alternative<CallRequest>(read));
  if (auto* const call = std::get_if<CallRequest>(&read)) return *call;
  if (auto* const refused = std::get_if<Refused>(&read)) {
    ADD_FAILURE() << refused->why;
  }
  return {};
}

absl::Status Why(const HttpRequest& request) {
  auto read = ReadCall(request, kMessageMax);
  if (auto* const refused = std::get_if<Refused>(&read)) return refused->why;
  return absl::OkStatus();
}

int HttpStatus(const HttpRequest& request) {
  auto read = ReadCall(request, kMessageMax);
  auto* const response = std::get_if<HttpResponse>(&read);
  return response == nullptr ? 0 : response->status;
}

TEST(CallRequestTest, AUnaryCallInBothSpellings) {
  const CallRequest proto =
      Understood(Post(kGetSurvey, "application/proto", WellsRequest()));
  EXPECT_EQ(proto.method->name(), "GetSurvey");
  EXPECT_EQ(proto.message, WellsRequest());
  EXPECT_FALSE(proto.form.json);
  EXPECT_FALSE(proto.form.gzip);
  EXPECT_FALSE(proto.timeout_ms.has_value());

  const CallRequest json = Understood(
      Post(kGetSurvey, "application/json; charset=utf-8",
           R"({"survey": "wells", "fromAFutureVersion": 1})",
           {{"accept-encoding", "gzip"}, {"connect-timeout-ms", "1500"}}));
  EXPECT_EQ(json.message, WellsRequest());
  EXPECT_TRUE(json.form.json);
  EXPECT_TRUE(json.form.gzip);
  EXPECT_EQ(json.timeout_ms, 1500);
}

TEST(CallRequestTest, GzipIsUndone) {
  EXPECT_EQ(
      Understood(Post(kGetSurvey, "application/proto", Gzip(WellsRequest()),
                      {{"content-encoding", "gzip"}}))
          .message,
      WellsRequest());
  EXPECT_EQ(Understood(Post(kExport, "application/connect+proto",
                            EncodeEnvelope({kCompressed, Gzip(WellsRequest())}),
                            {{"connect-content-encoding", "gzip"}}))
                .message,
            WellsRequest());
}

TEST(CallRequestTest, AStreamHasOneMessageInItsEnvelope) {
  const CallRequest call =
      Understood(Post(kExport, "application/connect+json",
                      EncodeEnvelope({0, R"({"survey": "wells"})"}),
                      {{"connect-accept-encoding", "gzip"}}));
  EXPECT_TRUE(call.form.streaming);
  EXPECT_TRUE(call.form.gzip);
  EXPECT_EQ(call.message, WellsRequest());
}

TEST(CallRequestTest, ACallWithoutSideEffectsMayBeAGet) {
  const auto get = [](const std::string& query) {
    return HttpRequest{"GET", StrCat(kGetSurvey, "?", query), {}, ""};
  };
  for (const char* const query :
       {"connect=v1&encoding=json&message=%7B%22survey%22%3A%22wells%22%7D",
        "encoding=json&message=eyJzdXJ2ZXkiOiJ3ZWxscyJ9&base64=1",
        "message=CgV3ZWxscw&base64=1&encoding=proto&other=x"}) {
    EXPECT_EQ(Understood(get(query)).message, WellsRequest()) << query;
  }
  for (const char* const query :
       {"", "message=", "encoding=xml&message=", "encoding=json",
        "encoding=json&message=%7", "encoding=json&message=%zz",
        "encoding=json&message=***&base64=1",
        "encoding=json&message=%7B%7D&connect=v2"}) {
    EXPECT_THAT(Why(get(query)), StatusIs(absl::StatusCode::kInvalidArgument))
        << query;
  }
  EXPECT_THAT(Why(get("encoding=json&message=&compression=br")),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_EQ(
      HttpStatus({"GET", "/chasqui.v1.SurveyService/CreateSurvey", {}, ""}),
      405);
  EXPECT_EQ(HttpStatus({"GET", kExport, {}, ""}), 405);
}

TEST(CallRequestTest, WhatIsNotConnectIsRefusedByHttp) {
  for (const char* const path :
       {"", "/", "//", "chasqui.v1.SurveyService/GetSurvey",
        "/chasqui.v1.SurveyService/", "/chasqui.v1.SurveyService/No",
        "/chasqui.v1.NoService/GetSurvey", "/a/chasqui.v1.SurveyService/x"}) {
    EXPECT_EQ(HttpStatus(Post(path, "application/proto", "")), 404) << path;
  }
  for (const char* const verb : {"PUT", "DELETE", "HEAD", "get", ""}) {
    HttpRequest request = Post(kGetSurvey, "application/proto", "");
    request.verb = verb;
    EXPECT_EQ(HttpStatus(request), 405) << verb;
  }
  for (const char* const type :
       {"", "application/xml", "application/connect+proto",
        "application/grpc-web", "text/plain"}) {
    EXPECT_EQ(HttpStatus(Post(kGetSurvey, type, "")), 415) << type;
  }
  EXPECT_EQ(HttpStatus(Post(kExport, "application/proto", "")), 415);
}

TEST(CallRequestTest, HeadersThatBreakTheProtocolAreRefused) {
  for (const auto& [name, value] :
       Headers{{"connect-timeout-ms", ""},
               {"connect-timeout-ms", "-1"},
               {"connect-timeout-ms", "1.5"},
               {"connect-timeout-ms", "10s"},
               {"connect-timeout-ms", "12345678901"},
               {"connect-protocol-version", "2"},
               {"connect-protocol-version", ""},
               {"x", "\xff"},
               {"x-bin", "?"}}) {
    EXPECT_THAT(Why(Post(kGetSurvey, "application/proto", "", {{name, value}})),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << name << ": " << value;
  }
  EXPECT_EQ(Understood(Post(kGetSurvey, "application/proto", "",
                            {{"connect-timeout-ms", "9999999999"},
                             {"connect-protocol-version", "1"}}))
                .timeout_ms,
            9'999'999'999);
}

TEST(CallRequestTest, BodiesThatDoNotDecodeAreRefused) {
  EXPECT_THAT(Why(Post(kGetSurvey, "application/json", "{\"survey\": 7}")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("GetSurveyRequest")));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/proto", "\xff")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("GetSurveyRequest")));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/json", "")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/json", std::string(500, '['))),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/proto", "not gzip",
                       {{"content-encoding", "gzip"}})),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/proto", "",
                       {{"content-encoding", "br"}})),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("gzip")));
}

TEST(CallRequestTest, StreamsThatAreNotOneMessageAreRefused) {
  const auto why = [](std::string body, Headers more = {}) {
    return Why(Post(kExport, "application/connect+proto", std::move(body),
                    std::move(more)));
  };
  const std::string one = EncodeEnvelope({0, WellsRequest()});
  EXPECT_THAT(why(""), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(why(one + one), StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(why(one.substr(0, 3)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(why(one.substr(0, one.size() - 1)),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(why(EncodeEnvelope({kEndOfStream, "{}"})),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(why(EncodeEnvelope({kCompressed, Gzip("")})),
              StatusIs(absl::StatusCode::kInternal));
  EXPECT_THAT(why(one, {{"connect-content-encoding", "zstd"}}),
              StatusIs(absl::StatusCode::kUnimplemented));
  EXPECT_THAT(Why(Post("/chasqui.v1.SyncService/SyncStream",
                       "application/connect+proto", one)),
              StatusIs(absl::StatusCode::kUnimplemented, HasSubstr("gRPC")));
}

TEST(CallRequestTest, AMessageHasALimit) {
  v1::GetSurveyRequest request;
  request.set_survey(std::string(kMessageMax - 3, 'x'));
  const std::string most = request.SerializeAsString();
  ASSERT_EQ(most.size(), kMessageMax);
  const auto exhausted =
      StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("1000"));
  EXPECT_OK(Why(Post(kGetSurvey, "application/proto", most)));
  EXPECT_THAT(Why(Post(kGetSurvey, "application/proto", most + "x")),
              exhausted);
  const Headers gzip = {{"content-encoding", "gzip"}};
  EXPECT_OK(Why(Post(kGetSurvey, "application/proto", Gzip(most), gzip)));
  EXPECT_THAT(
      Why(Post(kGetSurvey, "application/proto", Gzip(most + "x"), gzip)),
      exhausted);
  EXPECT_OK(Why(
      Post(kExport, "application/connect+proto", EncodeEnvelope({0, most}))));
  EXPECT_THAT(Why(Post(kExport, "application/connect+proto",
                       EncodeEnvelope({0, most + "x"}))),
              exhausted);
}

}  // namespace
}  // namespace chasqui::connect
