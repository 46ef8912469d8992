// The Connect protocol's port: HTTP/1.1, for links that break HTTP/2, for
// browsers, and for everything that a generated Connect client runs on.

#ifndef CHASQUI_SERVER_CONNECT_CONNECT_SERVER_H_
#define CHASQUI_SERVER_CONNECT_CONNECT_SERVER_H_

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "boost/asio/ssl/context.hpp"
#include "grpcpp/channel.h"
#include "server/connect/limits.h"

namespace chasqui::connect {

// By what the next connection is encrypted; null: none is. Called on any
// thread.
using TlsSource = std::function<std::shared_ptr<boost::asio::ssl::context>()>;

// Serves until destroyed. Thread-safe.
class ConnectServer {
 public:
  // Drains, then closes what is still open a short while later.
  virtual ~ConnectServer() = default;

  // Listens on `listen`, HOST:PORT, where port 0 takes a free one, and answers
  // every call by one through `services`, a channel without a limit of its own
  // on what comes back; in the same process, as a rule. Unavailable: it cannot
  // be listened on.
  static absl::StatusOr<std::unique_ptr<ConnectServer>> Start(
      const std::string& listen, const HttpLimits& limits,
      std::shared_ptr<grpc::Channel> services, TlsSource tls = nullptr);

  virtual int port() const = 0;

  // Takes no more connections and requests, and returns at once. Calls under
  // way go on.
  virtual void Drain() = 0;
  // After Drain: returns when all have been answered and closed, or at `until`.
  virtual void Await(absl::Time until) = 0;
};

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CONNECT_SERVER_H_
