#include "tests/benchmarks/links/http_messages.h"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <memory>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "sync/base/str_cat.h"
#include "tests/testing/status_matchers.h"

namespace chasqui::benchmarks {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

class HttpMessagesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    std::array<int, 2> ends{};
    ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()), 0);
    far_ = ends[0];
    connection_ = std::make_unique<HttpConnection>(ends[1], /*idle_s=*/1);
  }
  ~HttpMessagesTest() override { Hang(); }

  // Says so at the other end.
  void Say(const std::string& bytes) {
    ASSERT_EQ(send(far_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  void Hang() {
    if (far_ >= 0) close(far_);
    far_ = -1;
  }

  int far_ = -1;
  std::unique_ptr<HttpConnection> connection_;
};

TEST_F(HttpMessagesTest, ReadsOneMessageAfterTheOther) {
  Say("HTTP/1.1 201 Created\r\nContent-LENGTH: 2\r\nETag:  x "
      "\r\n\r\nabHTTP/1.1 "
      "404 Not Found\r\nContent-Length: 0\r\n\r\n");
  ASSERT_OK_AND_ASSIGN(const HttpMessage first, connection_->Read());
  EXPECT_EQ(first.Second(), "201");
  EXPECT_EQ(first.Header("etag"), "x");
  EXPECT_EQ(first.Header("date"), "");
  EXPECT_EQ(first.body, "ab");
  ASSERT_OK_AND_ASSIGN(const HttpMessage second, connection_->Read());
  EXPECT_EQ(second.Second(), "404");
}

TEST_F(HttpMessagesTest, AnAnswerToHeadHasNoBodyWhateverItsLength) {
  Say("HTTP/1.1 204 No Content\r\nContent-Length: 100\r\n\r\n");
  ASSERT_OK_AND_ASSIGN(const HttpMessage message,
                       connection_->Read(/*answers_head=*/true));
  EXPECT_EQ(message.body, "");
}

TEST_F(HttpMessagesTest, TellsAnEndBetweenMessagesFromOneWithin) {
  Say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  ASSERT_OK(connection_->Read().status());
  Hang();
  EXPECT_THAT(connection_->Read(), StatusIs(absl::StatusCode::kOutOfRange));
}

TEST_F(HttpMessagesTest, AnEndWithinAMessageIsABreak) {
  Say("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab");
  Hang();
  EXPECT_THAT(connection_->Read(), StatusIs(absl::StatusCode::kUnavailable));
}

TEST_F(HttpMessagesTest, NothingForTooLongIsABreak) {
  EXPECT_THAT(connection_->Read(), StatusIs(absl::StatusCode::kUnavailable,
                                            HasSubstr("nothing moved")));
}

TEST_F(HttpMessagesTest, RefusesWhatIsOverItsBounds) {
  Say(StrCat("GET / HTTP/1.1\r\nContent-Length: ", kHttpBodyBytesMax + 1,
             "\r\n\r\n"));
  EXPECT_THAT(connection_->Read(), StatusIs(absl::StatusCode::kInvalidArgument,
                                            HasSubstr("at most 67108864")));
  Say(std::string(kHttpHeadBytesMax + 1, 'x'));
  EXPECT_THAT(connection_->Read(),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("a head of more than 16384")));
}

TEST_F(HttpMessagesTest, WritesWhatItReads) {
  ASSERT_OK(
      connection_->Write("POST /submission HTTP/1.1", "Host: a\r\n", "body"));
  std::array<char, 256> bytes{};
  const ssize_t size = recv(far_, bytes.data(), bytes.size(), 0);
  EXPECT_EQ(std::string(bytes.data(), static_cast<std::size_t>(size)),
            "POST /submission HTTP/1.1\r\nHost: a\r\nContent-Length: "
            "4\r\n\r\nbody");
}

TEST(ConnectToTest, SaysWhatIsNoAddress) {
  EXPECT_THAT(ConnectTo("somewhere", 1),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("somewhere is no HOST:PORT")));
  EXPECT_THAT(ConnectTo("127.0.0.1:1", 1),
              StatusIs(absl::StatusCode::kUnavailable,
                       HasSubstr("cannot connect to 127.0.0.1:1")));
}

}  // namespace
}  // namespace chasqui::benchmarks
