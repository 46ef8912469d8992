// One organisation at work in this process: its data opened, its members, and
// what goes on beside the calls.

#ifndef CHASQUI_SERVER_COMMANDS_HOSTING_H_
#define CHASQUI_SERVER_COMMANDS_HOSTING_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/event_log.h"
#include "server/server.h"
#include "storage/rocks_kv.h"
#include "sync/base/clock.h"

namespace chasqui::commands {

struct HostingOptions {
  std::string name = "main";
  std::string data;  // the directory
  storage::RocksKvOptions stored;
  // The surveys' keys, for personal fields; empty: there are none.
  std::string personal_keys;
  std::string backup_to;  // empty: nowhere
  std::uint32_t backup_every_s = 3'600;
  bool trust_names = false;
};

// Thread-compatible.
class Hosting {
 public:
  // `clock` and `log` must outlive it. Errors: those of opening a store, with
  // what can be done about it.
  static absl::StatusOr<std::unique_ptr<Hosting>> Open(
      const HostingOptions& options, Clock& clock, server::EventLog& log);
  virtual ~Hosting() = default;

  // What the server is given; good for as long as this is.
  virtual server::Hosted hosted() = 0;

  // Opens the operator's socket, begins to back up, and to have the journal
  // witness the logs. `server` must last until End().
  virtual void Work(server::Server& server) = 0;
  // The operator is told no more.
  virtual void Close() = 0;
  // Once the server has drained: what goes on beside comes to its end.
  virtual void End() = 0;
};

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_HOSTING_H_
