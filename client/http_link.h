// A connection that HTTP/1.1 is spoken over, by TLS or in plain text.

#ifndef CHASQUI_CLIENT_HTTP_LINK_H_
#define CHASQUI_CLIENT_HTTP_LINK_H_

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "client/server_tls.h"
#include "connect/net_stream.h"

namespace chasqui::client {

// Thread-compatible: used on the thread that runs `context`.
//
//   Open ──► look up ──► connect ──► TLS, and is it the server? ──► then(OK)
class HttpLink {
 public:
  // To HOST:PORT; `tls` null: in plain text. `context` must outlive it.
  HttpLink(boost::asio::io_context& context, std::string address,
           std::shared_ptr<ServerTls> tls);

  // Connects anew, within `limit` after the address has been looked up. Until
  // `then` is called nothing else may be. Errors as ErrorOf().
  void Open(std::chrono::milliseconds limit,
            std::function<void(absl::Status)> then);
  // What is under way ends with an error.
  void Close();
  // Whether it is open still. A server closes one that is idle, which is seen
  // only when it is looked at.
  bool IsOpen();

  // Valid while it is open.
  connect::NetStream& stream() { return stream_; }
  // The limit of what is done next.
  void ExpireAfter(std::chrono::milliseconds limit) {
    stream_.tcp().expires_after(limit);
  }

  // DeadlineExceeded, or Unavailable: with where to.
  absl::Status ErrorOf(boost::system::error_code error) const;

 private:
  using Tcp = boost::asio::ip::tcp;

  void Connect(const Tcp::resolver::results_type& found,
               std::chrono::milliseconds limit);
  void Encrypt();
  // By the server's certificate.
  absl::Status CheckServer();

  const std::string address_;
  const std::shared_ptr<ServerTls> tls_;
  const std::shared_ptr<boost::asio::ssl::context> context_;
  Tcp::resolver resolver_;
  connect::NetStream stream_;
  std::function<void(absl::Status)> then_;
};

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_HTTP_LINK_H_
