#include "tests/connect/raw_http.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "sync/base/check.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

constexpr time_t kPatienceS = 10;

}  // namespace

RawHttp::RawHttp(int port) : socket_(socket(AF_INET, SOCK_STREAM, 0)) {
  CHECK(socket_ >= 0);
  const timeval patience{kPatienceS, 0};
  setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
  setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<in_port_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  CHECK(::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0);
}

RawHttp::~RawHttp() { HangUp(); }

void RawHttp::HangUp() {
  if (socket_ >= 0) close(socket_);
  socket_ = -1;
}

void RawHttp::Send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

bool RawHttp::More() {
  std::array<char, 4096> piece;
  const ssize_t got = recv(socket_, piece.data(), piece.size(), 0);
  if (got <= 0) return false;
  buffer_.append(piece.data(), static_cast<std::size_t>(got));
  return true;
}

bool RawHttp::Fill(std::size_t bytes) {
  while (buffer_.size() < bytes) {
    if (!More()) return false;
  }
  return true;
}

bool RawHttp::FillTo(std::string_view mark) {
  while (buffer_.find(mark) == std::string::npos) {
    if (!More()) return false;
  }
  return true;
}

std::string RawHttp::Take(std::size_t bytes) {
  std::string taken = buffer_.substr(0, bytes);
  buffer_.erase(0, bytes);
  return taken;
}

bool RawHttp::TakeChunks(std::string& body) {
  while (FillTo("\r\n")) {
    const std::string line = Take(buffer_.find("\r\n") + 2);
    const std::size_t size = std::strtoul(line.c_str(), nullptr, 16);
    if (!Fill(size + 2)) return false;
    body += Take(size);
    Take(2);
    if (size == 0) return true;
  }
  return false;
}

RawAnswer RawHttp::Read() {
  RawAnswer answer;
  if (!FillTo("\r\n\r\n")) return answer;
  const std::string head = Take(buffer_.find("\r\n\r\n") + 4);
  int status = 0;
  CHECK(absl::SimpleAtoi(head.substr(9, 3), &status));
  for (const absl::string_view line : absl::StrSplit(head, "\r\n")) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(": ", 1));
    answer.headers.emplace_back(absl::AsciiStrToLower(parts.first),
                                std::string(parts.second));
  }
  std::size_t length = 0;
  const auto text = FindHeader(answer.headers, "content-length");
  const bool chunked =
      FindHeader(answer.headers, "transfer-encoding") == "chunked";
  if (chunked) {
    if (!TakeChunks(answer.body)) return answer;
  } else if (text.has_value()) {
    CHECK(absl::SimpleAtoi(AbslView(*text), &length));
    if (!Fill(length)) return answer;
    answer.body = Take(length);
  }
  answer.status = status;
  return answer;
}

bool RawHttp::Ends() {
  if (!buffer_.empty()) return false;
  std::array<char, 1> byte;
  const ssize_t got = recv(socket_, byte.data(), byte.size(), 0);
  return got == 0 || (got < 0 && errno == ECONNRESET);
}

std::string PostText(std::string_view path, std::string_view type,
                     std::string_view body, std::string_view headers) {
  return StrCat("POST ", path, " HTTP/1.1\r\nHost: x\r\nContent-Type: ", type,
                "\r\nContent-Length: ", body.size(), "\r\n", headers, "\r\n",
                body);
}

}  // namespace chasqui::connect
