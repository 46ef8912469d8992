// A connection of TCP, encrypted or not: what both ends of HTTP/1.1 read from
// and write to.

#ifndef CHASQUI_CONNECT_NET_STREAM_H_
#define CHASQUI_CONNECT_NET_STREAM_H_

#include <memory>
#include <utility>

#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/ssl/context.hpp"
#include "boost/asio/ssl/stream.hpp"
#include "boost/beast/core/tcp_stream.hpp"

namespace chasqui::connect {

// Has the operations of boost::beast::tcp_stream that we use, and its time
// limits, with TLS in between from Secure() on. Handlers are functions.
//
// Thread-compatible: everything happens on the stream's strand, with at most
// one read and one write under way.
class NetStream {
 public:
  using Tcp = boost::beast::tcp_stream;
  using Tls = boost::asio::ssl::stream<Tcp&>;
  using executor_type = Tcp::executor_type;

  explicit NetStream(Tcp::socket_type socket) : tcp_(std::move(socket)) {}
  // Not connected; `context` runs its handlers.
  explicit NetStream(boost::asio::io_context& context) : tcp_(context) {}

  executor_type get_executor() { return tcp_.get_executor(); }
  Tcp& tcp() { return tcp_; }
  Tcp::socket_type& socket() { return tcp_.socket(); }

  // Null: in plain text.
  Tls* tls() { return tls_.get(); }

  // Whatever is read or written from now on is encrypted, the handshake first.
  // REQUIRES: nothing is under way.
  void Secure(std::shared_ptr<boost::asio::ssl::context> context) {
    tls_.reset();
    context_ = std::move(context);
    tls_ = std::make_unique<Tls>(tcp_, *context_);
  }
  // In plain text again, for the next connection. REQUIRES: as above.
  void Reset() {
    tls_.reset();
    context_.reset();
  }

  // Closes without a word: what HTTP says has an end of its own, and the word
  // might have to wait.
  void close() { tcp_.close(); }

  template <typename Buffers, typename Handler>
  void async_read_some(const Buffers& buffers, Handler&& handler) {
    if (tls_ != nullptr) {
      tls_->async_read_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_read_some(buffers, std::forward<Handler>(handler));
    }
  }
  template <typename Buffers, typename Handler>
  void async_write_some(const Buffers& buffers, Handler&& handler) {
    if (tls_ != nullptr) {
      tls_->async_write_some(buffers, std::forward<Handler>(handler));
    } else {
      tcp_.async_write_some(buffers, std::forward<Handler>(handler));
    }
  }

 private:
  Tcp tcp_;
  std::shared_ptr<boost::asio::ssl::context> context_;
  std::unique_ptr<Tls> tls_;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_NET_STREAM_H_
