// The server's certificate, for both its ports, renewed while it runs.

#ifndef CHASQUI_SERVER_TLS_H_
#define CHASQUI_SERVER_TLS_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "boost/asio/ssl/context.hpp"
#include "grpcpp/security/server_credentials.h"
#include "server/event_log.h"
#include "sync/base/clock.h"

namespace chasqui::server {

// PEM files: the chain, the server's own certificate first; and its key, not
// under a password. Each has at most 64 KiB.
struct TlsFiles {
  std::string certificate;
  std::string key;

  bool empty() const { return certificate.empty() && key.empty(); }
};

// TLS 1.2 and 1.3.
//
//     files ──► looked at every second ──► a pair? ──► new connections use it
//                                            └─ no: said once, the last stays
//
// So whoever renews may replace one file after the other. What is open stays
// as it is. Thread-safe.
class TlsIdentity {
 public:
  virtual ~TlsIdentity() = default;

  // InvalidArgument, with the file: it cannot be read, is none of these, or the
  // two are no pair. `clock` and `log` must outlive it.
  static absl::StatusOr<std::unique_ptr<TlsIdentity>> Open(
      const TlsFiles& files, Clock& clock, EventLog& log);

  // For the port of gRPC; what it makes must not outlive this.
  virtual std::shared_ptr<grpc::ServerCredentials> ForGrpc() = 0;
  // What the next connection of HTTP/1.1 is to use.
  virtual std::shared_ptr<boost::asio::ssl::context> ForHttp() const = 0;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_TLS_H_
