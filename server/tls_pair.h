// A certificate and its key, as read from their files.

#ifndef CHASQUI_SERVER_TLS_PAIR_H_
#define CHASQUI_SERVER_TLS_PAIR_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "boost/asio/ssl/context.hpp"
#include "server/tls.h"

namespace chasqui::server {

struct TlsPair {
  // Key and chain, one after the other: each reader finds its own in it.
  std::string pem;
  std::shared_ptr<boost::asio::ssl::context> context;
  std::int64_t expires_s = 0;  // since 1970 UTC
};

// Errors as TlsIdentity::Open().
absl::StatusOr<TlsPair> LoadTlsPair(const TlsFiles& files);

// Sessions that one context began can be resumed with another, if it has the
// same key: one that was replaced may be known to others.
void HandOnTickets(SSL_CTX* from, SSL_CTX* to);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_TLS_PAIR_H_
