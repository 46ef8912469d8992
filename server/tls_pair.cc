#include "server/tls_pair.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <cstddef>
#include <ctime>
#include <fstream>
#include <iterator>
#include <string_view>

#include "boost/asio/buffer.hpp"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

namespace ssl = boost::asio::ssl;

constexpr std::size_t kPemBytesMax = std::size_t{64} << 10;

absl::StatusOr<std::string> ReadPem(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kPemBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (file.bad() || (text.empty() && !file.eof())) {
    return absl::InvalidArgumentError(StrCat(path, " cannot be read"));
  }
  if (text.size() > kPemBytesMax) {
    return absl::InvalidArgumentError(
        StrCat(path, " has over ", kPemBytesMax,
               " bytes, the most that a certificate or key may have"));
  }
  return text;
}

// Of HTTP; a client that names other protocols alone is told so by OpenSSL.
int ChooseHttp11(SSL*, const unsigned char** out, unsigned char* out_length,
                 const unsigned char* in, unsigned int in_length, void*) {
  static constexpr std::array<unsigned char, 9> kOurs = {
      8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_length, kOurs.data(), kOurs.size(), in,
                            in_length) != OPENSSL_NPN_NEGOTIATED) {
    return SSL_TLSEXT_ERR_ALERT_FATAL;
  }
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

std::shared_ptr<ssl::context> NewContext() {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  SSL_CTX* const native = context->native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_alpn_select_cb(native, ChooseHttp11, nullptr);
  constexpr std::string_view kName = "chasqui";
  SSL_CTX_set_session_id_context(
      native, reinterpret_cast<const unsigned char*>(kName.data()),
      kName.size());
  // A connection that waits gives back the memory it read and wrote by.
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
  return context;
}

std::int64_t ExpiryOf(const X509* certificate) {
  std::tm time{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &time) != 1) return 0;
  return timegm(&time);
}

}  // namespace

absl::StatusOr<TlsPair> LoadTlsPair(const TlsFiles& files) {
  ASSIGN_OR_RETURN(const std::string chain, ReadPem(files.certificate));
  ASSIGN_OR_RETURN(const std::string key, ReadPem(files.key));
  TlsPair pair;
  pair.context = NewContext();
  boost::system::error_code error;
  pair.context->use_certificate_chain(boost::asio::buffer(chain), error);
  if (error) {
    return absl::InvalidArgumentError(StrCat(files.certificate,
                                             " is no certificate in PEM (",
                                             error.message(), ")"));
  }
  // Nobody is there to be asked for one.
  pair.context->set_password_callback(
      [](std::size_t, ssl::context::password_purpose) { return ""; }, error);
  pair.context->use_private_key(boost::asio::buffer(key), ssl::context::pem,
                                error);
  SSL_CTX* const native = pair.context->native_handle();
  if (error && ERR_GET_REASON(static_cast<unsigned long>(error.value())) ==
                   X509_R_KEY_VALUES_MISMATCH) {
    return absl::InvalidArgumentError(
        StrCat(files.key, " is not the key of ", files.certificate));
  }
  if (error) {
    return absl::InvalidArgumentError(
        StrCat(files.key, " is no private key in PEM without a password (",
               error.message(), ")"));
  }
  if (SSL_CTX_check_private_key(native) != 1) {
    return absl::InvalidArgumentError(
        StrCat(files.key, " is not the key of ", files.certificate));
  }
  pair.pem = StrCat(key, "\n", chain);
  pair.expires_s = ExpiryOf(SSL_CTX_get0_certificate(native));
  return pair;
}

void HandOnTickets(SSL_CTX* from, SSL_CTX* to) {
  if (EVP_PKEY_eq(SSL_CTX_get0_privatekey(from), SSL_CTX_get0_privatekey(to)) !=
      1) {
    return;
  }
  // OpenSSL says how many bytes they have.
  const long size = SSL_CTX_get_tlsext_ticket_keys(from, nullptr, 0);
  std::string keys(static_cast<std::size_t>(size), '\0');
  SSL_CTX_get_tlsext_ticket_keys(from, keys.data(), size);
  SSL_CTX_set_tlsext_ticket_keys(to, keys.data(), size);
}

}  // namespace chasqui::server
