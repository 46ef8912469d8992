#include "client/http_link.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <utility>

#include "boost/beast/core/error.hpp"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

constexpr std::array<unsigned char, 9> kHttp11 = {8,   'h', 't', 't', 'p',
                                                  '/', '1', '.', '1'};

// Where a connection has the ServerTls that its tickets go to.
int SlotOfServer() {
  static const int kSlot =
      SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return kSlot;
}

// A ticket has come: it counts once the server is known to be the one, which it
// is before anything is read.
int OnTicket(SSL* connection, SSL_SESSION* session) {
  auto* const server =
      static_cast<ServerTls*>(SSL_get_ex_data(connection, SlotOfServer()));
  unsigned char* bytes = nullptr;
  const int size = i2d_SSL_SESSION(session, &bytes);
  if (server != nullptr && size > 0) {
    server->set_session(std::string(reinterpret_cast<const char*>(bytes),
                                    static_cast<std::size_t>(size)));
  }
  OPENSSL_free(bytes);
  return 0;  // it is not kept by OpenSSL
}

std::shared_ptr<ssl::context> NewClientContext() {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  // The chain is judged by ServerTls, before anything is sent.
  SSL_CTX_set_verify(native, SSL_VERIFY_NONE, nullptr);
  SSL_CTX_set_alpn_protos(native, kHttp11.data(), kHttp11.size());
  SSL_CTX_set_session_cache_mode(
      native, SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(native, OnTicket);
  return context;
}

void Resume(const std::string& session, SSL* connection) {
  if (session.empty()) return;
  const auto* bytes = reinterpret_cast<const unsigned char*>(session.data());
  SSL_SESSION* const known =
      d2i_SSL_SESSION(nullptr, &bytes, static_cast<long>(session.size()));
  if (known == nullptr) return;
  SSL_set_session(connection, known);
  SSL_SESSION_free(known);
}

Certificates ShownBy(const SSL* connection) {
  Certificates chain;
  X509* const own = SSL_get1_peer_certificate(connection);
  if (own != nullptr) chain.emplace_back(own);
  STACK_OF(X509)* const all = SSL_get_peer_cert_chain(connection);
  // The first of them is the server's own again.
  for (int i = 1; i < sk_X509_num(all); ++i) {
    X509* const each = sk_X509_value(all, i);
    X509_up_ref(each);
    chain.emplace_back(each);
  }
  return chain;
}

}  // namespace

HttpLink::HttpLink(boost::asio::io_context& context, std::string address,
                   std::shared_ptr<ServerTls> tls)
    : address_(std::move(address)),
      tls_(std::move(tls)),
      context_(tls_ == nullptr ? nullptr : NewClientContext()),
      resolver_(context),
      stream_(context) {}

void HttpLink::Open(std::chrono::milliseconds limit,
                    std::function<void(absl::Status)> then) {
  stream_.close();
  stream_.Reset();
  then_ = std::move(then);
  const std::size_t colon = address_.rfind(':');
  resolver_.async_resolve(
      HostOf(address_),
      colon == std::string::npos ? "" : address_.substr(colon + 1),
      [this, limit](error_code error, const Tcp::resolver::results_type& all) {
        error ? std::exchange(then_, nullptr)(ErrorOf(error))
              : Connect(all, limit);
      });
}

void HttpLink::Connect(const Tcp::resolver::results_type& found,
                       std::chrono::milliseconds limit) {
  ExpireAfter(limit);
  stream_.tcp().async_connect(
      found, [this](error_code error, const Tcp::endpoint&) {
        if (error) return std::exchange(then_, nullptr)(ErrorOf(error));
        error_code ignored;
        stream_.socket().set_option(Tcp::no_delay(true), ignored);
        if (tls_ != nullptr) return Encrypt();
        std::exchange(then_, nullptr)(absl::OkStatus());
      });
}

void HttpLink::Encrypt() {
  stream_.Secure(context_);
  SSL* const connection = stream_.tls()->native_handle();
  std::string host = HostOf(address_);
  SSL_set_ex_data(connection, SlotOfServer(), tls_.get());
  // A name, and not an address of IP, is told.
  if (error_code no_ip; boost::asio::ip::make_address(host, no_ip), no_ip) {
    // SSL_set_tlsext_host_name(), which is a macro of C.
    SSL_ctrl(connection, SSL_CTRL_SET_TLSEXT_HOSTNAME,
             TLSEXT_NAMETYPE_host_name, host.data());
  }
  Resume(tls_->session(), connection);
  stream_.tls()->async_handshake(
      ssl::stream_base::client, [this](error_code error) {
        absl::Status status = error ? ErrorOf(error) : CheckServer();
        if (!status.ok()) stream_.close();
        std::exchange(then_, nullptr)(std::move(status));
      });
}

absl::Status HttpLink::CheckServer() {
  return tls_->Check(ShownBy(stream_.tls()->native_handle()), HostOf(address_));
}

void HttpLink::Close() {
  resolver_.cancel();
  stream_.close();
}

bool HttpLink::IsOpen() {
  if (!stream_.socket().is_open()) return false;
  char byte = 0;
  return recv(stream_.socket().native_handle(), &byte, 1,
              MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

absl::Status HttpLink::ErrorOf(error_code error) const {
  const bool late = error == boost::beast::error::timeout;
  return {late ? absl::StatusCode::kDeadlineExceeded
               : absl::StatusCode::kUnavailable,
          StrCat(address_, ": ", error.message())};
}

}  // namespace chasqui::client
