// The server: services, limits, health, and a clean end.

#ifndef CHASQUI_SERVER_SERVER_H_
#define CHASQUI_SERVER_SERVER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "grpcpp/server_builder.h"
#include "server/access/contacts.h"
#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/personal.h"
#include "server/rate_limits.h"
#include "server/tls.h"
#include "sync/base/clock.h"
#include "sync/store.h"

namespace chasqui::server {

// One organisation. All must outlive the server.
struct Hosted {
  std::string name;
  Catalog* catalog = nullptr;
  const Authenticator* authenticator = nullptr;
  // What sealed files are opened with. Null: none are taken.
  Keyring* keyring = nullptr;
  // Who may come in. Null: AccessService is not served. REQUIRES: a keyring.
  access::Organisation* organisation = nullptr;
  // What is known of devices' calls. Null: it is forgotten with the server.
  access::Contacts* contacts = nullptr;
  // The keys of personal fields. Null: no survey may have any.
  Personal* personal = nullptr;
};

struct ServerOptions {
  // Host and port; port 0 takes a free one.
  std::string listen = "127.0.0.1:7707";
  // As `listen`, for the same services over HTTP/1.1 by the Connect protocol.
  // Empty: not served.
  std::string http_listen;
  // What both are encrypted by; empty: nothing is.
  TlsFiles tls;
  // Lets both be other than loopback without that: a proxy in front encrypts,
  // and nobody else reaches them.
  bool behind_proxy = false;
  // What exchanges may move a second, all devices together; beyond it they are
  // asked to come later. 0: as much as there is.
  std::int64_t exchange_bytes_per_s = 0;
  // What each caller may take, in each organisation.
  RateLimitOptions limits;
};

// Whether only this machine can reach `listen`.
bool IsLoopback(const std::string& listen);

// Serves until destroyed. Thread-safe.
class Server {
 public:
  virtual ~Server() = default;

  // `clock` and `log` must outlive the server. InvalidArgument: where it is to
  // listen is malformed, or not loopback though nothing encrypts; the
  // certificate and its key cannot be used; an organisation has no good name,
  // or another's; there are too many. Unavailable: it cannot be listened on.
  // REQUIRES: there is an organisation.
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, const std::vector<Hosted>& all,
      Clock& clock, EventLog& log);

  // Adds the services of that organisation for whoever runs the server, who is
  // believed in whatever name they call; what is built must not outlive this.
  // REQUIRES: there is one of that name.
  virtual void AddForOperator(std::string_view organisation,
                              grpc::ServerBuilder& builder) = 0;

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
