// What may come between and after the chunks of a request's body.

#include <cstddef>
#include <string>

#include "connect/headers.h"
#include "server/connect/limits.h"
#include "sync/base/str_cat.h"
#include "tests/connect/paths.h"
#include "tests/connect/raw_http.h"
#include "tests/server/running_server.h"

namespace chasqui::connect {
namespace {

using testing::SchoolSurvey;

constexpr std::size_t kEndless = 1'000'000;  // more than is ever kept

class ChunksTest : public server::RunningServer {
 protected:
  RawAnswer Ask(const std::string& request) {
    return RawHttp(server_->http_port()).Ask(request);
  }
  static std::string HeadText(const char* path, const char* type) {
    return StrCat("POST ", path, " HTTP/1.1\r\nContent-Type: ", type,
                  "\r\nTransfer-Encoding: chunked\r\n\r\n");
  }
  // A request whose body, "{}", has these beside it, or none.
  static std::string ListText(const std::string& extension,
                              const std::string& trailers) {
    return StrCat(HeadText(kList, "application/json"), "2",
                  extension.empty() ? "" : ";", extension, "\r\n{}\r\n0\r\n",
                  trailers, "\r\n");
  }
  static std::string Field(std::size_t bytes) {
    return StrCat("x: ", std::string(bytes - 5, 'x'), "\r\n");
  }
};

TEST_F(ChunksTest, ExtensionsAndTrailersPassUpToTheSizeOfAHead) {
  const std::size_t most = HttpLimits().head_bytes;
  EXPECT_EQ(Ask(ListText(std::string(most - 4, 'x'), "")).status, 200);
  EXPECT_EQ(Ask(ListText("", Field(most / 2))).status, 200);
  EXPECT_EQ(Ask(ListText(std::string(most / 2, 'x'), Field(100))).status, 200);
}

// More than a head and a read at a time: http_socket.h.
TEST_F(ChunksTest, ExtensionsAndTrailersAreNotKeptWithoutLimit) {
  for (const std::size_t bytes : {std::size_t{17'000}, kEndless}) {
    EXPECT_EQ(Ask(ListText(std::string(bytes, 'x'), "")).status, 400) << bytes;
    EXPECT_EQ(Ask(ListText("", Field(bytes))).status, 400) << bytes;
  }
  std::string many;
  while (many.size() < kEndless) many += Field(100);
  EXPECT_EQ(Ask(ListText("", many)).status, 400);
}

TEST_F(ChunksTest, RefusedBeforeTheyEnd) {
  RawHttp extension(server_->http_port());
  extension.Send(StrCat(HeadText(kList, "application/json"), "2;",
                        std::string(kEndless, 'x')));
  EXPECT_EQ(extension.Read().status, 400);
  RawHttp trailers(server_->http_port());
  trailers.Send(StrCat(HeadText(kList, "application/json"), "2\r\n{}\r\n0\r\n",
                       Field(kEndless)));
  EXPECT_EQ(trailers.Read().status, 400);
}

// Else whoever adds fields in front of the server, as a proxy does that knows
// its callers, could be overruled.
TEST_F(ChunksTest, ATrailerIsNoHeader) {
  v1::SyncRequest request;
  v1::SurveyExchange& survey = *request.add_surveys();
  survey.set_survey(SchoolSurvey::kName);
  survey.set_person("amina");
  const std::string bytes = request.SerializeAsString();
  const auto with = [&bytes](const char* trailers) {
    return StrCat(HeadText(kSync, "application/proto"), absl::Hex(bytes.size()),
                  "\r\n", bytes, "\r\n0\r\n", trailers, "\r\n");
  };
  EXPECT_EQ(Ask(with("Chasqui-Device: tablet\r\n")).status, 401);
  // Nor does it say what becomes of the connection.
  RawHttp connection(server_->http_port());
  EXPECT_EQ(connection.Ask(ListText("", "Connection: close\r\n")).status, 200);
  EXPECT_EQ(connection.Ask(ListText("", "")).status, 200);
}

}  // namespace
}  // namespace chasqui::connect
