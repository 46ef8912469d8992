#include <signal.h>

#include <cstddef>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "server/byte_budget.h"
#include "server/commands/commands.h"
#include "server/commands/config_file.h"
#include "server/commands/hosting.h"
#include "server/commands/listening.h"
#include "server/event_log.h"
#include "server/library_log.h"
#include "server/server.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"

namespace chasqui::commands {
namespace {

struct ServeOptions {
  std::string config;
  std::string data;
  server::ServerOptions server;
  storage::RocksKvOptions stored;
  std::string personal_keys;
  std::string backup_to;
  std::uint32_t backup_every_s = 3'600;
  bool trust_names = false;
  std::vector<std::string> others;  // NAME=DIR[,BACKUPS]
};

// Signals that end the server. Blocked in every thread, so that one of them
// can wait for them and end things in order.
sigset_t EndingSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

void Announce(const std::string& listen, int port, const char* what) {
  std::printf("%s%s:%d\n", what, listen.substr(0, listen.rfind(':')).c_str(),
              port);
}

// The first organisation, and the others.
absl::StatusOr<std::vector<HostingOptions>> Wanted(
    const ServeOptions& options) {
  HostingOptions first;
  first.data = options.data;
  first.stored = options.stored;
  first.personal_keys = options.personal_keys;
  first.backup_to = options.backup_to;
  first.backup_every_s = options.backup_every_s;
  first.trust_names = options.trust_names;
  std::vector<HostingOptions> wanted = {first};
  for (const std::string& text : options.others) {
    HostingOptions& other = wanted.emplace_back(first);
    other.backup_to.clear();
    const std::size_t equals = text.find('=');
    const std::size_t comma = text.find(',', equals);
    if (equals != std::string::npos) {
      other.name = text.substr(0, equals);
      other.data = text.substr(equals + 1, comma - equals - 1);
    }
    if (other.name.empty() || other.data.empty() ||
        equals == std::string::npos) {
      return absl::InvalidArgumentError(
          StrCat("\"", text, "\" is no organisation: give NAME=DIR, or ",
                 "NAME=DIR,BACKUPS"));
    }
    if (!first.personal_keys.empty()) {
      other.personal_keys = StrCat(first.personal_keys, "/", other.name);
    }
    if (comma != std::string::npos) other.backup_to = text.substr(comma + 1);
  }
  if (wanted.size() > 1 && options.trust_names) {
    return absl::InvalidArgumentError(
        "where names are believed there is one organisation: nothing tells "
        "whose a name is");
  }
  return wanted;
}

absl::Status Serve(const ServeOptions& options) {
  if (options.data.empty()) {
    return absl::InvalidArgumentError(
        "say where the surveys are kept: --data DIR, or data in the file of "
        "--config");
  }
  const sigset_t ending = EndingSignals();
  pthread_sigmask(SIG_BLOCK, &ending, nullptr);
  signal(SIGPIPE, SIG_IGN);

  SystemClock clock;
  server::EventLog log(clock, stderr);
  server::LibraryLog library(clock, log);
  const server::LibraryLogging logging(library);
  ASSIGN_OR_RETURN(const std::vector<HostingOptions> wanted, Wanted(options));
  std::vector<std::unique_ptr<Hosting>> all;
  for (const HostingOptions& each : wanted) {
    ASSIGN_OR_RETURN(all.emplace_back(), Hosting::Open(each, clock, log));
  }
  std::vector<server::Hosted> hosted;
  hosted.reserve(all.size());
  for (const auto& each : all) hosted.push_back(each->hosted());
  ASSIGN_OR_RETURN(const std::unique_ptr<server::Server> running,
                   server::Server::Start(options.server, hosted, clock, log));
  std::size_t surveys = 0;
  for (const auto& each : all) {
    each->Work(*running);
    surveys += each->hosted().catalog->List().size();
  }
  log.Say(server::Severity::kInfo, "serving",
          {{"data", options.data},
           {"port", std::int64_t{running->port()}},
           {"http_port", std::int64_t{running->http_port()}},
           {"surveys", static_cast<std::int64_t>(surveys)}});
  Announce(options.server.listen, running->port(), "listening on ");
  if (running->http_port() != 0) {
    Announce(options.server.http_listen, running->http_port(), "http on ");
  }
  if (options.trust_names) {
    log.Say(server::Severity::kWarning, "whoever calls is believed");
  }
  std::fflush(stdout);

  int signal = 0;
  sigwait(&ending, &signal);
  log.Say(server::Severity::kInfo, "draining",
          {{"signal", std::int64_t{signal}}});
  for (const auto& each : all) each->Close();
  running->Drain();
  for (const auto& each : all) each->End();
  log.Say(server::Severity::kInfo, "stopped");
  return absl::OkStatus();
}

// Where it keeps what, and for whom.
void AddKeeping(CLI::App& serve, ServeOptions& options) {
  serve
      .add_option("--data", options.data,
                  "Directory of the surveys; made if it is not there")
      ->type_name("DIR");
  serve
      .add_option("--organisation", options.others,
                  "Serve another organisation too, kept in a directory of its "
                  "own, with its backups: nothing is shared with the first")
      ->type_name("NAME=DIR[,BACKUPS]");
  serve
      .add_option("--personal-keys", options.personal_keys,
                  "Where the keys of surveys with personal fields are, "
                  "DIR/SURVEY.key (`chasqui survey key`), of another "
                  "organisation DIR/NAME/SURVEY.key: on another disk than "
                  "--data, and in no backup of it")
      ->type_name("DIR");
  serve
      .add_option("--backup-to", options.backup_to,
                  "Back everything up there, at once and again and again: "
                  "what a backup holds that has been read again is durable")
      ->type_name("DIR");
  serve
      .add_option("--backup-every", options.backup_every_s,
                  "Seconds between two backups")
      ->capture_default_str()
      ->check(CLI::Range(1U, 604'800U))
      ->type_name("SECONDS");
}

}  // namespace

void AddServe(CLI::App& app, const storage::RocksKvOptions& stored,
              Chosen& chosen) {
  auto options = std::make_shared<ServeOptions>();
  options->stored = stored;
  CLI::App* const serve = app.add_subcommand(
      "serve",
      "Serve surveys to devices and dashboards.\n\n"
      "Keeps everything in one directory and answers by gRPC and, with\n"
      "--http-listen, over HTTP/1.1 by the Connect protocol. Prints "
      "\"listening\n"
      "on HOST:PORT\" when it is ready, and \"http on HOST:PORT\" where it "
      "is;\n"
      "then one line of JSON on stderr for whatever happens. SIGTERM lets "
      "calls\n"
      "under way finish.\n\n"
      "Devices come in by a code (`chasqui fleet enrol`), people by a\n"
      "password or a key. Where other machines can reach it, it listens only\n"
      "with --tls-cert, as on a LAN, or behind a proxy that encrypts.\n\n"
      "Beside the surveys it keeps its secret key, server.key, and the keys\n"
      "of devices, device.keys. Backups do not hold them: keep a copy where\n"
      "nobody else reads. Without server.key what devices have sealed for\n"
      "this server cannot be opened. Through operator.sock, the user that it\n"
      "runs as asks it for backups (`chasqui backup`), and may do everything\n"
      "(--server unix:DIR/operator.sock).");
  AddKeeping(*serve, *options);
  AddListening(*serve, options->server, options->trust_names);
  serve
      ->add_option("--exchange-bytes-per-second",
                   options->server.exchange_bytes_per_s,
                   "What devices together may move; beyond it each is asked to "
                   "come later. 0 for no limit")
      ->check(CLI::Range(std::int64_t{0}, server::ByteBudget::kRateMax))
      ->capture_default_str()
      ->type_name("N");
  serve
      ->add_option("--config", options->config,
                   "Read these options from a file, see "
                   "deploy/chasqui.conf.sample; the command line comes first")
      ->type_name("FILE");
  serve->callback([options, serve, &chosen] {
    chosen = [options, serve]() -> absl::Status {
      if (!options->config.empty()) {
        RETURN_IF_ERROR(ReadConfigFile(options->config, *serve));
      }
      return Serve(*options);
    };
  });
}

}  // namespace chasqui::commands
