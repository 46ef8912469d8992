// Our services over HTTP/1.1, on real sockets.

#include "server/connect/connect_server.h"

#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "connect/envelope.h"
#include "connect/gzip.h"
#include "tests/connect/paths.h"
#include "tests/connect/raw_http.h"
#include "tests/server/running_server.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::connect {
namespace {

using ::testing::_;
using ::testing::Contains;
using ::testing::HasSubstr;
using testing::IsOkAndHolds;
using ::testing::Pair;
using testing::School;
using testing::SchoolSurvey;

class ConnectServerTest : public server::RunningServer {
 protected:
  RawAnswer Ask(const std::string& request) {
    return RawHttp(server_->http_port()).Ask(request);
  }
  static std::string ListText() {
    return PostText(kList, "application/json", "{}");
  }
};

TEST_F(ConnectServerTest, AnswersAsGrpcDoes) {
  v1::GetSurveyRequest request;
  request.set_survey(SchoolSurvey::kName);
  v1::GetSurveyResponse by_grpc;
  ASSERT_THAT(Call(&v1::SurveyService::Stub::GetSurvey, request, by_grpc),
              server::HasCode(grpc::OK));
  const RawAnswer answer = Ask(
      PostText(kGetSurvey, "application/proto", request.SerializeAsString()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, by_grpc.SerializeAsString());
  const RawAnswer shorter =
      Ask(PostText(kGetSurvey, "application/proto", request.SerializeAsString(),
                   "Accept-Encoding: gzip\r\n"));
  EXPECT_THAT(shorter.headers, Contains(Pair("content-encoding", "gzip")));
  EXPECT_LT(shorter.body.size(), answer.body.size());
  EXPECT_THAT(Gunzip(shorter.body, 1 << 20), IsOkAndHolds(answer.body));
}

TEST_F(ConnectServerTest, ADeviceSyncs) {
  v1::SyncRequest request;
  v1::SurveyExchange& survey = *request.add_surveys();
  survey.set_survey(SchoolSurvey::kName);
  survey.set_person("amina");
  survey.set_pull(true);
  const std::string bytes = request.SerializeAsString();
  const RawAnswer nobody = Ask(PostText(kSync, "application/proto", bytes));
  EXPECT_EQ(nobody.status, 401);
  EXPECT_THAT(nobody.body, HasSubstr("chasqui-device"));
  EXPECT_THAT(nobody.headers, Contains(Pair("trailer-chasqui-now-ms", _)));
  const RawAnswer answer = Ask(PostText(kSync, "application/proto", bytes,
                                        "Chasqui-Device: tablet\r\n"));
  ASSERT_EQ(answer.status, 200);
  v1::SyncResponse response;
  ASSERT_TRUE(response.ParseFromString(answer.body));
  EXPECT_EQ(response.surveys(0).forms_size(), 1);
  EXPECT_EQ(response.surveys(0).error_code(), 0);
}

TEST_F(ConnectServerTest, SpeaksJson) {
  const RawAnswer list = Ask(ListText());
  EXPECT_EQ(list.status, 200);
  EXPECT_THAT(list.headers, Contains(Pair("content-type", "application/json")));
  EXPECT_THAT(list.body, HasSubstr("\"survey\":\"schools\""));
  const RawAnswer got = Ask(StrCat("GET ", kGetSurvey,
                                   "?encoding=json&message=%7B%22survey%22%3A"
                                   "%22schools%22%7D HTTP/1.1\r\n\r\n"));
  EXPECT_EQ(got.status, 200);
  EXPECT_THAT(got.body, HasSubstr("lga1"));
}

TEST_F(ConnectServerTest, StreamsAnExport) {
  schools_.Deliver("t", schools_.Creation("amina", School(1), "lga1", "One"));
  const RawAnswer answer =
      Ask(PostText(kExport, "application/connect+json",
                   EncodeEnvelope({0, R"({"survey": "schools"})"})));
  EXPECT_EQ(answer.status, 200);
  std::string_view left = answer.body;
  std::vector<Envelope> parts;
  while (!left.empty()) {
    ASSERT_OK_AND_ASSIGN(const Envelope part, TakeEnvelope(left));
    parts.push_back(part);
  }
  ASSERT_GE(parts.size(), 3u);
  EXPECT_THAT(parts[0].message, HasSubstr("tables"));
  EXPECT_THAT(parts[parts.size() - 2].message, HasSubstr("summary"));
  EXPECT_EQ(parts.back().flags, kEndOfStream);
  EXPECT_EQ(parts.back().message, "{}");
}

TEST_F(ConnectServerTest, AStreamThatFailsSaysSoAtItsEnd) {
  const RawAnswer answer =
      Ask(PostText(kExport, "application/connect+json",
                   EncodeEnvelope({0, R"({"survey": "rivers"})"})));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("not_found"));
  EXPECT_THAT(answer.body, HasSubstr("rivers"));
}

TEST_F(ConnectServerTest, KeepsAConnectionForTheNextRequest) {
  RawHttp connection(server_->http_port());
  for (int i = 0; i < 20; ++i) {
    ASSERT_EQ(connection.Ask(ListText()).status, 200);
    ASSERT_EQ(connection
                  .Ask(PostText(kGetSurvey, "application/json",
                                R"({"survey": "rivers"})"))
                  .status,
              404);
  }
  // All at once: answered one after the other.
  connection.Send(
      ListText() +
      PostText(kGetSurvey, "application/json", R"({"survey": "rivers"})") +
      ListText());
  EXPECT_EQ(connection.Read().status, 200);
  EXPECT_EQ(connection.Read().status, 404);
  EXPECT_EQ(connection.Read().status, 200);
  connection.Send(
      PostText(kList, "application/json", "{}", "Connection: close\r\n"));
  const RawAnswer last = connection.Read();
  EXPECT_EQ(last.status, 200);
  EXPECT_THAT(last.headers, Contains(Pair("connection", "close")));
  EXPECT_TRUE(connection.Ends());
}

TEST_F(ConnectServerTest, ReadsABodyInPieces) {
  RawHttp connection(server_->http_port());
  const std::string request = ListText();
  for (const char byte : request) connection.Send({&byte, 1});
  EXPECT_EQ(connection.Read().status, 200);
  connection.Send(StrCat("POST ", kList,
                         " HTTP/1.1\r\nContent-Type: application/json\r\n"
                         "Transfer-Encoding: chunked\r\n\r\n"
                         "1\r\n{\r\n1\r\n}\r\n0\r\n\r\n"));
  EXPECT_EQ(connection.Read().status, 200);
}

TEST_F(ConnectServerTest, LetsAskBeforeABodyIsSent) {
  RawHttp connection(server_->http_port());
  connection.Send(StrCat("POST ", kList,
                         " HTTP/1.1\r\nContent-Type: application/json\r\n"
                         "Content-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(connection.Read().status, 100);
  connection.Send("{}");
  EXPECT_EQ(connection.Read().status, 200);
}

TEST_F(ConnectServerTest, RubbishIsRefusedAndTheServerStaysUp) {
  const std::vector<std::pair<std::string, int>> requests = {
      {"rubbish\r\n\r\n", 400},
      {"\r\n\r\n", 400},
      {std::string("\0\0\0\0\r\n\r\n", 8), 400},
      {"GET / HTTP/9.9\r\n\r\n", 505},
      {"GET / HTTP/1.0\r\n\r\n", 505},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
      {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
      {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
       400},
      {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
      {"POST / HTTP/1.1\r\nbad header\r\n\r\n", 400},
      {"GET / HTTP/1.1\r\n\r\n", 404},
      {StrCat("BREW ", kList, " HTTP/1.1\r\n\r\n"), 405},
      {PostText(kList, "text/plain", "{}"), 415},
      {PostText(kList, "application/json", "{"), 400},
      {PostText(kList, "application/json", "{}", "X: caf\xc3\xa9\r\n"), 400},
      {PostText(kList, "application/json", "{}", "Content-Encoding: br\r\n"),
       501},
      {PostText(kList, "application/proto", "\xff\xff\xff rubbish"), 400},
  };
  for (const auto& [request, status] : requests) {
    const RawAnswer answer = Ask(request);
    EXPECT_EQ(answer.status, status) << request << answer.body;
    ASSERT_EQ(Ask(ListText()).status, 200) << request;
  }
}

TEST_F(ConnectServerTest, EveryCutOfARequestIsSurvived) {
  const std::string request = ListText();
  for (std::size_t size = 0; size < request.size(); ++size) {
    RawHttp(server_->http_port()).Send(request.substr(0, size));
  }
  EXPECT_EQ(Ask(ListText()).status, 200);
}

TEST_F(ConnectServerTest, ADeadlineEndsACall) {
  const RawAnswer answer = Ask(PostText(
      "/chasqui.v1.ProgressService/WatchProgress", "application/connect+json",
      EncodeEnvelope({0, R"({"survey": "schools"})"}),
      "Connect-Timeout-Ms: 300\r\n"));
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("deadline_exceeded"));
}

TEST_F(ConnectServerTest, ManyAtATime) {
  std::vector<std::thread> callers;
  std::atomic<int> well = 0;
  for (int i = 0; i < 16; ++i) {
    callers.emplace_back([this, &well] {
      RawHttp connection(server_->http_port());
      for (int n = 0; n < 50; ++n) {
        if (connection.Ask(ListText()).status == 200) ++well;
      }
    });
  }
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(well, 16 * 50);
}

TEST_F(ConnectServerTest, DrainsWithConnectionsOpen) {
  RawHttp idle(server_->http_port());
  ASSERT_EQ(idle.Ask(ListText()).status, 200);
  RawHttp watching(server_->http_port());
  watching.Send(PostText("/chasqui.v1.ProgressService/WatchProgress",
                         "application/connect+json",
                         EncodeEnvelope({0, R"({"survey": "schools"})"}),
                         "Connect-Timeout-Ms: 1000\r\n"));
  ASSERT_TRUE(watching.Sees("\r\n\r\n"));
  server_->Drain();
  EXPECT_TRUE(idle.Ends());
  // The call was let finish.
  const RawAnswer answer = watching.Read();
  EXPECT_EQ(answer.status, 200);
  EXPECT_THAT(answer.body, HasSubstr("deadline_exceeded"));
  EXPECT_TRUE(watching.Ends());
}

}  // namespace
}  // namespace chasqui::connect
