#include "tests/benchmarks/links/http_messages.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

void SetPatience(int socket, int seconds) {
  const timeval patience{seconds, 0};
  setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

absl::Status BrokenConnection() {
  return absl::UnavailableError(
      StrCat("the connection broke: ",
             errno == EAGAIN ? "nothing moved" : std::strerror(errno)));
}

absl::Status NoHttp(std::string_view what) {
  return absl::InvalidArgumentError(StrCat("no HTTP: ", what));
}

absl::StatusOr<HttpMessage> ReadHead(std::string_view head) {
  HttpMessage message;
  bool first = true;
  for (const absl::string_view line : absl::StrSplit(AbslView(head), "\r\n")) {
    if (first) {
      message.start = std::string(line);
      first = false;
      continue;
    }
    const std::size_t colon = line.find(':');
    if (colon == absl::string_view::npos) return NoHttp("a header without ':'");
    message.headers[absl::AsciiStrToLower(line.substr(0, colon))] =
        std::string(absl::StripAsciiWhitespace(line.substr(colon + 1)));
  }
  return message;
}

}  // namespace

std::string_view HttpMessage::Second() const {
  const std::size_t from = start.find(' ');
  if (from == std::string::npos) return {};
  const std::size_t to = start.find(' ', from + 1);
  return std::string_view(start).substr(
      from + 1, to == std::string::npos ? to : to - from - 1);
}

std::string_view HttpMessage::Header(std::string_view name) const {
  const auto found = headers.find(name);
  return found == headers.end() ? std::string_view() : found->second;
}

HttpConnection::HttpConnection(int socket, int idle_s) : socket_(socket) {
  SetPatience(socket_, idle_s);
  const int now = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &now, sizeof now);
}

HttpConnection::~HttpConnection() { close(socket_); }

void HttpConnection::Break() { shutdown(socket_, SHUT_RDWR); }

absl::Status HttpConnection::Write(std::string_view start,
                                   std::string_view headers,
                                   std::string_view body, bool bodiless) {
  std::string bytes = StrCat(start, "\r\n", headers);
  if (!bodiless || !body.empty()) {
    bytes += StrCat("Content-Length: ", body.size(), "\r\n");
  }
  bytes += StrCat("\r\n", body);
  std::string_view left = bytes;
  while (!left.empty()) {
    const ssize_t sent = send(socket_, left.data(), left.size(), MSG_NOSIGNAL);
    if (sent <= 0) return BrokenConnection();
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  return absl::OkStatus();
}

absl::Status HttpConnection::ReadMore() {
  constexpr std::size_t kPieceBytes = std::size_t{16} << 10;
  std::array<char, kPieceBytes> piece;
  const ssize_t size = recv(socket_, piece.data(), piece.size(), 0);
  if (size < 0) return BrokenConnection();
  if (size == 0) {
    return read_.empty() ? absl::OutOfRangeError("the other end has closed")
                         : absl::UnavailableError("it ends in a message");
  }
  read_.append(piece.data(), static_cast<std::size_t>(size));
  return absl::OkStatus();
}

absl::StatusOr<HttpMessage> HttpConnection::Read(bool answers_head) {
  constexpr std::string_view kEnd = "\r\n\r\n";
  std::size_t end = read_.find(kEnd);
  while (end == std::string::npos) {
    if (read_.size() > kHttpHeadBytesMax) {
      return NoHttp(
          StrCat("a head of more than ", kHttpHeadBytesMax, " bytes"));
    }
    RETURN_IF_ERROR(ReadMore());
    end = read_.find(kEnd);
  }
  ASSIGN_OR_RETURN(HttpMessage message,
                   ReadHead(std::string_view(read_).substr(0, end)));
  read_.erase(0, end + kEnd.size());
  const std::string_view told = message.Header("content-length");
  std::size_t length = 0;
  if (answers_head || told.empty()) return message;
  if (!absl::SimpleAtoi(AbslView(told), &length) ||
      length > kHttpBodyBytesMax) {
    return NoHttp(
        StrCat("a length of \"", told, "\", at most ", kHttpBodyBytesMax));
  }
  while (read_.size() < length) {
    const absl::Status more = ReadMore();
    if (more.ok()) continue;
    return absl::UnavailableError(more.message());
  }
  message.body = read_.substr(0, length);
  read_.erase(0, length);
  return message;
}

absl::StatusOr<int> ConnectTo(std::string_view address, int seconds) {
  const std::size_t colon = address.rfind(':');
  sockaddr_in to{};
  to.sin_family = AF_INET;
  int port = 0;
  const std::string host(address.substr(0, colon));
  if (colon == std::string_view::npos ||
      !absl::SimpleAtoi(AbslView(address.substr(colon + 1)), &port) ||
      inet_pton(AF_INET, host.c_str(), &to.sin_addr) != 1) {
    return absl::InvalidArgumentError(StrCat(address, " is no HOST:PORT"));
  }
  to.sin_port = htons(static_cast<std::uint16_t>(port));
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return absl::UnavailableError("cannot make a socket");
  SetPatience(socket, seconds);  // connect() keeps to it too
  if (connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    const absl::Status status = absl::UnavailableError(
        StrCat("cannot connect to ", address, ": ", std::strerror(errno)));
    close(socket);
    return status;
  }
  return socket;
}

}  // namespace chasqui::benchmarks
