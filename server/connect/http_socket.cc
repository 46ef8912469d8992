#include "server/connect/http_socket.h"

#include <netinet/tcp.h>
#include <sys/poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "boost/beast/http/read.hpp"
#include "connect/envelope.h"
#include "server/connect/http_text.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

constexpr std::size_t kReadBytes = std::size_t{8} << 10;
constexpr unsigned kHttp11 = 11;
// Where bytes that wait hide whether the other end is still there.
constexpr std::chrono::seconds kLookAgain(1);

// A peer that has gone without a word is missed after two minutes, also by a
// call that has nothing to tell it.
void SetKeepalive(asio::ip::tcp::socket& socket) {
  constexpr int kIdleS = 60;
  constexpr int kIntervalS = 20;
  constexpr int kProbes = 3;
  const auto set = [&socket](int level, int option, int value) {
    setsockopt(socket.native_handle(), level, option, &value, sizeof value);
  };
  set(SOL_SOCKET, SO_KEEPALIVE, 1);
  set(IPPROTO_TCP, TCP_KEEPIDLE, kIdleS);
  set(IPPROTO_TCP, TCP_KEEPINTVL, kIntervalS);
  set(IPPROTO_TCP, TCP_KEEPCNT, kProbes);
  set(IPPROTO_TCP, TCP_NODELAY, 1);
}

std::string AddressOf(const asio::ip::tcp::socket& socket) {
  error_code error;
  const auto peer = socket.remote_endpoint(error);
  return error ? std::string() : peer.address().to_string();
}

// Whether the other end sends no more, whatever of it has not been read.
bool HasHungUp(int socket) {
  pollfd look{socket, POLLRDHUP, 0};
  return poll(&look, 1, 0) > 0;
}

bool IsMalformed(error_code error) {
  return error.category() ==
             http::make_error_code(http::error::bad_method).category() &&
         error != http::error::end_of_stream &&
         error != http::error::partial_message;
}

}  // namespace

HttpSocket::HttpSocket(asio::ip::tcp::socket socket, HttpSurroundings& around,
                       std::function<void()> closed)
    : around_(around),
      closed_(std::move(closed)),
      peer_(AddressOf(socket)),
      stream_(std::move(socket)),
      buffer_(around.limits.head_bytes + kReadBytes) {
  SetKeepalive(stream_.socket());
}

HttpSocket::~HttpSocket() {
  around_.bodies.Give(charged_);
  stream_.close();
  closed_();
}

void HttpSocket::StartDraining() {
  draining_ = true;
  if (awaiting_) Lose();
}

void HttpSocket::Open() {
  if (!around_.tls) return AwaitRequest();
  stream_.Secure(around_.tls());
  stream_.tcp().expires_after(
      std::chrono::milliseconds(around_.limits.head_ms));
  stream_.tls()->async_handshake(asio::ssl::stream_base::server,
                                 [self = shared_from_this()](error_code error) {
                                   error ? self->Lose() : self->AwaitRequest();
                                 });
}

void HttpSocket::AwaitRequest() {
  if (lost_) return;
  if (draining_) return Lose();
  if (buffer_.size() > 0) return ReadHead();
  awaiting_ = true;
  stream_.tcp().expires_after(
      std::chrono::milliseconds(around_.limits.idle_ms));
  stream_.async_read_some(
      buffer_.prepare(kReadBytes),
      [self = shared_from_this()](error_code error, std::size_t bytes) {
        self->awaiting_ = false;
        if (error) return self->Lose();
        self->buffer_.commit(bytes);
        self->ReadHead();
      });
}

void HttpSocket::ReadHead() {
  parser_.emplace();
  parser_->header_limit(around_.limits.head_bytes);
  parser_->body_limit(around_.limits.message_bytes + kEnvelopeHeadBytes);
  stream_.tcp().expires_after(
      std::chrono::milliseconds(around_.limits.head_ms));
  http::async_read_header(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, std::size_t bytes) {
        // The parser's own limit lets a little more pass.
        if (!error && bytes > self->around_.limits.head_bytes) {
          error = http::error::header_limit;
        }
        self->OnHeadRead(error);
      });
}

void HttpSocket::OnHeadRead(error_code error) {
  headers_ = HeadersIn(parser_->get());
  asks_to_keep_ = parser_->get().keep_alive();
  if (error) return RefuseUnread(error);
  if (parser_->get().version() != kHttp11) {
    return RefuseUnread(http::error::bad_version);
  }
  body_until_ = In(around_.limits.body_ms);
  const bool asks_first = boost::beast::iequals(
      parser_->get()[http::field::expect], "100-continue");
  if (!asks_first || parser_->is_done()) return ReadBody();
  Send(std::string(kContinue), [this] { ReadBody(); });
}

void HttpSocket::ReadBody() {
  if (lost_) return;
  if (parser_->is_done()) return TakeRequest();
  stream_.tcp().expires_at(
      std::min(In(around_.limits.silence_ms), body_until_));
  http::async_read_some(
      stream_, buffer_, *parser_,
      [self = shared_from_this()](error_code error, std::size_t) {
        if (error) return self->RefuseUnread(error);
        if (self->Charge(self->parser_->get().body().size())) {
          return self->ReadBody();
        }
        self->unread_ = true;
        self->OnUnreadable(0, self->headers_, Busy());
      });
}

void HttpSocket::TakeRequest() {
  auto& message = parser_->get();
  HttpRequest request;
  request.verb = std::string(message.method_string());
  request.target = std::string(message.target());
  request.headers = std::move(headers_);
  request.body = std::move(message.body());
  OnRequest(std::move(request), asks_to_keep_);
}

void HttpSocket::RefuseUnread(error_code error) {
  unread_ = true;
  if (error == http::error::body_limit) {
    return OnUnreadable(
        0, headers_,
        absl::ResourceExhaustedError(
            StrCat("the request has over ", around_.limits.message_bytes,
                   " bytes, the most that one may have")));
  }
  if (!IsMalformed(error)) return Lose();
  int status = 400;
  if (error == http::error::header_limit) status = 431;
  if (error == http::error::bad_version) status = 505;
  OnUnreadable(status, headers_, absl::OkStatus());
}

bool HttpSocket::Charge(std::size_t bytes) {
  if (bytes <= charged_) return true;
  if (!around_.bodies.Take(bytes - charged_)) return false;
  charged_ = bytes;
  return true;
}

// Readable means a next request, which can wait, or the end of the connection;
// or nothing: what was readable has been read since. Under TLS the other end
// may also say that it closes, which cannot be told from a request until it
// has.
void HttpSocket::WatchForHangup(std::function<bool()> still_waits) {
  stream_.socket().async_wait(
      asio::ip::tcp::socket::wait_read,
      [self = shared_from_this(),
       still_waits = std::move(still_waits)](error_code error) mutable {
        if (error || self->lost_ || !still_waits()) return;
        char byte = 0;
        const auto peeked = recv(self->stream_.socket().native_handle(), &byte,
                                 1, MSG_PEEK | MSG_DONTWAIT);
        if (peeked > 0 && self->stream_.tls() == nullptr) return;
        if (peeked > 0) return self->LookAgain(std::move(still_waits));
        const bool nothing = peeked < 0 && (errno == EAGAIN || errno == EINTR);
        if (!nothing) return self->Lose();
        self->WatchForHangup(std::move(still_waits));
      });
}

void HttpSocket::LookAgain(std::function<bool()> still_waits) {
  if (HasHungUp(stream_.socket().native_handle())) return Lose();
  look_again_.expires_after(kLookAgain);
  look_again_.async_wait(
      [self = shared_from_this(),
       still_waits = std::move(still_waits)](error_code error) mutable {
        if (error || self->lost_ || !still_waits()) return;
        self->WatchForHangup(std::move(still_waits));
      });
}

void HttpSocket::Send(std::string bytes, std::function<void()> then) {
  if (lost_) return then();
  outgoing_.push_back({std::move(bytes), std::move(then)});
  if (outgoing_.size() == 1) WriteOn();
}

void HttpSocket::WriteOn() {
  stream_.tcp().expires_after(
      std::chrono::milliseconds(around_.limits.silence_ms));
  const std::string& bytes = outgoing_.front().bytes;
  stream_.async_write_some(
      asio::buffer(bytes.data() + written_, bytes.size() - written_),
      [self = shared_from_this()](error_code error, std::size_t written) {
        if (self->lost_) return;
        error ? self->Lose() : self->OnWritten(written);
      });
}

void HttpSocket::OnWritten(std::size_t bytes) {
  written_ += bytes;
  if (written_ < outgoing_.front().bytes.size()) return WriteOn();
  const std::function<void()> then = std::move(outgoing_.front().then);
  outgoing_.pop_front();
  written_ = 0;
  if (!outgoing_.empty()) WriteOn();
  then();
}

void HttpSocket::EndAnswer(bool keep_alive) {
  around_.bodies.Give(std::exchange(charged_, 0));
  if (lost_) return;
  if (keep_alive && MayKeep()) return AwaitRequest();
  if (!unread_) return Lose();
  // What is still on its way would meet a closed socket, whose reset would take
  // the answer from under its reader.
  error_code ignored;
  stream_.socket().shutdown(asio::ip::tcp::socket::shutdown_send, ignored);
  Linger(In(around_.limits.linger_ms));
}

void HttpSocket::Linger(Monotonic::time_point until) {
  buffer_.clear();
  stream_.tcp().expires_at(until);
  stream_.async_read_some(
      buffer_.prepare(kReadBytes),
      [self = shared_from_this(), until](error_code error, std::size_t) {
        error ? self->Lose() : self->Linger(until);
      });
}

void HttpSocket::Lose() {
  if (lost_) return;
  lost_ = true;
  look_again_.cancel();
  stream_.close();
  OnLost();
  written_ = 0;
  for (const Outgoing& each : std::exchange(outgoing_, {})) each.then();
}

}  // namespace chasqui::connect
