// The server: services, limits, health, and a clean end.

#ifndef CHASQUI_SERVER_SERVER_H_
#define CHASQUI_SERVER_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "grpcpp/server_builder.h"
#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/personal.h"
#include "sync/base/clock.h"
#include "sync/store.h"

namespace chasqui::server {

struct ServerOptions {
  // Host and port; port 0 takes a free one.
  std::string listen = "127.0.0.1:7707";
  // As `listen`, for the same services over HTTP/1.1 by the Connect protocol.
  // Empty: not served.
  std::string http_listen;
  // Lets both be other than loopback: a proxy in front encrypts, and nobody
  // else reaches them.
  bool behind_proxy = false;
  // What exchanges may move a second, all devices together; beyond it they are
  // asked to come later. 0: as much as there is.
  std::int64_t exchange_bytes_per_s = 0;
  // What sealed files are opened with; must outlive the server. Null: none are
  // taken.
  Keyring* keyring = nullptr;
  // Who may come in; must outlive the server. Null: AccessService is not
  // served. REQUIRES: a keyring.
  access::Organisation* organisation = nullptr;
  // The keys of personal fields; must outlive the server. Null: no survey may
  // have any.
  Personal* personal = nullptr;
};

// Whether only this machine can reach `listen`.
bool IsLoopback(const std::string& listen);

// Serves until destroyed. Thread-safe.
class Server {
 public:
  virtual ~Server() = default;

  // All must outlive the server. InvalidArgument: where it is to listen is
  // malformed, or not loopback and behind_proxy not set. Unavailable: it
  // cannot be listened on.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, Catalog& catalog,
      const Authenticator& authenticator, Clock& clock, EventLog& log);

  // Adds the services for whoever runs the server, who is believed in whatever
  // name they call; what is built must not outlive this.
  virtual void AddForOperator(grpc::ServerBuilder& builder) = 0;

  // Where it listens.
  virtual int port() const = 0;
  // 0: not served.
  virtual int http_port() const = 0;

  // Says NOT_SERVING, takes no more calls, lets those under way finish for
  // kDrainMs, cancels the rest, and returns when there are none.
  virtual void Drain() = 0;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_SERVER_H_
