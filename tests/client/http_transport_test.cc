// The transport against servers that answer what none of ours would.

#include "client/http_transport.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>

#include "chasqui/v1/sync_service.pb.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::client {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

constexpr std::int64_t kPatienceMs = 20'000;
constexpr std::size_t kEndless = 1'000'000;  // more than is ever kept

// Takes one connection, and says `text` once something was asked.
class SayingServer {
 public:
  explicit SayingServer(std::string text)
      : text_(std::move(text)), listening_(socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* const address = reinterpret_cast<sockaddr*>(&at);
    socklen_t size = sizeof at;
    CHECK(bind(listening_, address, size) == 0);
    CHECK(listen(listening_, 1) == 0);
    CHECK(getsockname(listening_, address, &size) == 0);
    port_ = ntohs(at.sin_port);
    thread_ = std::thread([this] { Serve(); });
  }
  ~SayingServer() {
    thread_.join();
    close(listening_);
  }
  SayingServer(const SayingServer&) = delete;
  SayingServer& operator=(const SayingServer&) = delete;

  std::string address() const { return StrCat("127.0.0.1:", port_); }

 private:
  void Serve() {
    const int taken = accept(listening_, nullptr, nullptr);
    std::array<char, 4096> asked;
    if (recv(taken, asked.data(), asked.size(), 0) > 0) {
      std::string_view left = text_;
      while (!left.empty()) {
        const ssize_t sent =
            send(taken, left.data(), left.size(), MSG_NOSIGNAL);
        if (sent <= 0) break;
        left.remove_prefix(static_cast<std::size_t>(sent));
      }
    }
    close(taken);
  }

  const std::string text_;
  const int listening_;
  int port_ = 0;
  std::thread thread_;
};

absl::StatusOr<Response> AnswerFrom(const std::string& text) {
  const SayingServer server(text);
  const auto transport = NewHttpTransport(server.address(), "t1");
  transport->Send(1, Request());
  transport->Wait(kPatienceMs);
  std::optional<Completion> completion = transport->Poll();
  if (!completion.has_value()) return absl::DeadlineExceededError("nothing");
  return completion->response;
}

// A good answer in one chunk, with these beside it.
std::string ChunkedText(std::string_view extension, std::string_view trailers,
                        std::string_view type = "application/proto") {
  v1::SyncResponse response;
  response.set_received_ms(5);
  const std::string body = response.SerializeAsString();
  return StrCat("HTTP/1.1 200 OK\r\ncontent-type: ", type,
                "\r\ntransfer-encoding: chunked\r\n\r\n",
                absl::Hex(body.size()), extension.empty() ? "" : ";", extension,
                "\r\n", body, "\r\n0\r\n", trailers, "\r\n");
}

TEST(HttpTransportTest, ReadsChunksWithAllThatMayBeBesideThem) {
  ASSERT_OK_AND_ASSIGN(
      const Response response,
      AnswerFrom(ChunkedText(std::string(30'000, 'x'), "a: b\r\n")));
  EXPECT_EQ(response.received_ms, 5);
}

TEST(HttpTransportTest, KeepsNothingWithoutLimit) {
  const auto too_much =
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("buffer overflow"));
  const std::string endless(kEndless, 'x');
  EXPECT_THAT(AnswerFrom(ChunkedText(endless, "")), too_much);
  EXPECT_THAT(AnswerFrom(ChunkedText("", StrCat("a: ", endless, "\r\n"))),
              too_much);
  std::string many;
  while (many.size() < kEndless) many += "a: b\r\n";
  EXPECT_THAT(AnswerFrom(ChunkedText("", many)), too_much);
  EXPECT_THAT(
      AnswerFrom(StrCat("HTTP/1.1 200 OK\r\na: ", endless, "\r\n\r\n")),
      StatusIs(absl::StatusCode::kUnavailable, HasSubstr("header limit")));
}

TEST(HttpTransportTest, ATrailerIsNoHeader) {
  EXPECT_THAT(AnswerFrom(ChunkedText(
                  "", "content-encoding: gzip\r\ncontent-type: text/html\r\n")),
              testing::IsOk());
}

}  // namespace
}  // namespace chasqui::client
