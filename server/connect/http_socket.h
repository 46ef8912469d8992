#ifndef CHASQUI_SERVER_CONNECT_HTTP_SOCKET_H_
#define CHASQUI_SERVER_CONNECT_HTTP_SOCKET_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/string_body.hpp"
#include "connect/headers.h"
#include "connect/net_stream.h"
#include "server/connect/call_request.h"
#include "server/connect/connection.h"

namespace chasqui::connect {

// One socket of HTTP/1.1, within its limits: whole requests in, bytes out.
//
//                  ┌──────── EndAnswer() ◄───────┐
//                  ▼                             │
//   Begin ──► awaiting ──► head ──► body ──► OnRequest / OnUnreadable: Send()…
//                  │         │        │
//                  ▼         ▼        ▼
//                  lost: idle, drained, too slow, or the other end has gone
//
// Everything happens on the strand of the stream, one thing at a time. Keeps
// itself for as long as something is under way.
class HttpSocket : public std::enable_shared_from_this<HttpSocket> {
 public:
  using Stream = NetStream;

  HttpSocket(boost::asio::ip::tcp::socket socket, HttpSurroundings& around,
             std::function<void()> closed);
  virtual ~HttpSocket();
  HttpSocket(const HttpSocket&) = delete;
  HttpSocket& operator=(const HttpSocket&) = delete;

 protected:
  // A request is there. Nothing more is read until EndAnswer().
  virtual void OnRequest(HttpRequest request, bool keep_alive) = 0;
  // One that cannot be read to its end: to be refused by this HTTP status, or,
  // where that is 0, in the words of `why`. `headers` are those that were read.
  virtual void OnUnreadable(int http_status, const Headers& headers,
                            const absl::Status& why) = 0;
  // The socket has been closed.
  virtual void OnLost() = 0;

  // Begins: by TLS, where the port has it.
  void Open();
  void AwaitRequest();
  // Takes no more requests.
  void StartDraining();

  // Sends `bytes` after those before, then does `then`; also, at once, if they
  // cannot be sent any more.
  void Send(std::string bytes, std::function<void()> then);
  // The answer has been sent: goes on, or closes.
  void EndAnswer(bool keep_alive);
  // Closes, if the other end hangs up before `still_waits` returns false.
  void WatchForHangup(std::function<bool()> still_waits);
  void Lose();

  // Holds so many bytes of the common budget, with those it holds already,
  // until EndAnswer(). False: they are not to be had, which is Busy().
  bool Charge(std::size_t bytes);
  static absl::Status Busy() {
    return absl::UnavailableError("the server is busy with other requests");
  }

  // Whether another request may follow this answer.
  bool MayKeep() const { return !draining_ && !unread_; }
  bool lost() const { return lost_; }
  // The address of the other end.
  const std::string& peer() const { return peer_; }
  Stream::executor_type executor() { return stream_.get_executor(); }
  HttpSurroundings& around() { return around_; }

 private:
  using Parser =
      boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Monotonic = std::chrono::steady_clock;

  struct Outgoing {
    std::string bytes;
    std::function<void()> then;
  };

  static Monotonic::time_point In(std::int64_t ms) {
    return Monotonic::now() + std::chrono::milliseconds(ms);
  }

  void LookAgain(std::function<bool()> still_waits);
  void ReadHead();
  void OnHeadRead(boost::system::error_code error);
  void ReadBody();
  void TakeRequest();
  void RefuseUnread(boost::system::error_code error);
  void WriteOn();
  void OnWritten(std::size_t bytes);
  void Linger(Monotonic::time_point until);

  HttpSurroundings& around_;
  const std::function<void()> closed_;
  const std::string peer_;
  Stream stream_;
  boost::asio::steady_timer look_again_{stream_.get_executor()};
  // Has room for a head and a read. What is not the body's bytes lies in it
  // until it is there as a whole: also the line before a chunk, and trailers.
  boost::beast::flat_buffer buffer_;

  bool awaiting_ = false;  // between two requests
  bool draining_ = false;
  bool lost_ = false;

  // The request.
  std::optional<Parser> parser_;
  // As the head had them: the parser adds the trailers to its own.
  Headers headers_;
  bool asks_to_keep_ = false;
  Monotonic::time_point body_until_;
  std::size_t charged_ = 0;
  bool unread_ = false;  // it was refused before all of it was read

  std::deque<Outgoing> outgoing_;
  std::size_t written_ = 0;  // of the first
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_HTTP_SOCKET_H_
