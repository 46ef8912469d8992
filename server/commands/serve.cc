#include <signal.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/byte_budget.h"
#include "server/commands/commands.h"
#include "server/commands/config_file.h"
#include "server/commands/personal_keys.h"
#include "server/credential_authenticator.h"
#include "server/event_log.h"
#include "server/keyring.h"
#include "server/operator_port.h"
#include "server/server.h"
#include "storage/backup_rounds.h"
#include "storage/catalog.h"
#include "storage/durability.h"
#include "storage/kv_journal.h"
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

// Damage, with what can be done about it.
template <typename T>
absl::StatusOr<T> Advised(absl::StatusOr<T> opened) {
  if (!absl::IsDataLoss(opened.status())) return opened;
  return absl::DataLossError(
      StrCat(opened.status().message(),
             ". Nothing was changed: keep a copy, and make the state again "
             "with `chasqui rebuild`"));
}

void Announce(const std::string& listen, int port, const char* what) {
  std::printf("%s%s:%d\n", what, listen.substr(0, listen.rfind(':')).c_str(),
              port);
}

void SayBackup(const absl::StatusOr<storage::BackupReport>& report,
               server::EventLog& log) {
  if (report.ok()) {
    log.Say(server::Severity::kInfo, "backed up",
            {{"number", std::int64_t{report->number}},
             {"bytes", static_cast<std::int64_t>(report->bytes)}});
    if (report->purged.ok()) return;
    log.Say(server::Severity::kWarning, "old backups stay",
            {{"message", StdView(report->purged.message())}});
  } else {
    log.Say(server::Severity::kError, "backup failed",
            {{"message", StdView(report.status().message())}});
  }
}

// Nullptr where none are asked for.
std::unique_ptr<storage::BackupRounds> StartBackups(
    const ServeOptions& options, storage::RocksStore& store,
    const Catalog& catalog, const personal::KeyStore* keys,
    storage::BackedUp& backed_up, server::EventLog& log) {
  if (options.backup_to.empty()) return nullptr;
  return std::make_unique<storage::BackupRounds>(
      store, catalog, backed_up,
      storage::BackupSchedule{options.backup_to,
                              absl::Seconds(options.backup_every_s), keys},
      [&log](const absl::StatusOr<storage::BackupReport>& report) {
        SayBackup(report, log);
      });
}

v1::BackUpResponse ToWire(const storage::BackupReport& report) {
  v1::BackUpResponse wire;
  wire.set_number(report.number);
  wire.set_bytes(report.bytes);
  for (const auto& [survey, head] : report.heads) {
    v1::BackedUpSurvey& each = *wire.add_surveys();
    each.set_survey(survey);
    each.mutable_head()->set_log(static_cast<std::uint64_t>(head.log));
    each.mutable_head()->set_seq(head.seq);
  }
  wire.set_purge_error(std::string(report.purged.message()));
  return wire;
}

// Nullptr where there is no room for it: the server does without.
std::unique_ptr<server::OperatorPort> OpenOperatorPort(
    const std::string& data,
    std::function<absl::StatusOr<storage::BackupReport>(const std::string&)>
        back_up,
    server::Server& server, server::EventLog& log) {
  auto port = server::OperatorPort::Open(
      data,
      [&log, back_up = std::move(back_up)](
          const std::string& to) -> absl::StatusOr<v1::BackUpResponse> {
        const auto report = back_up(to);
        SayBackup(report, log);
        RETURN_IF_ERROR(report.status());
        return ToWire(*report);
      },
      [&server](grpc::ServerBuilder& builder) {
        server.AddForOperator(builder);
      });
  if (port.ok()) return *std::move(port);
  log.Say(server::Severity::kWarning, "no socket for the operator",
          {{"message", StdView(port.status().message())}});
  return nullptr;
}

std::unique_ptr<server::Authenticator> AuthenticatorOf(
    const ServeOptions& options, access::Organisation& organisation) {
  if (options.trust_names) {
    return std::make_unique<server::MetadataAuthenticator>();
  }
  return std::make_unique<server::CredentialAuthenticator>(organisation);
}

absl::Status Serve(ServeOptions options) {
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
  storage::BackedUp backed_up;
  storage::CatalogOptions storing;
  storing.durability = &backed_up;
  storing.rocks = options.stored;
  storing.rocks.on_fatal = [&log](std::string_view message) {
    log.Say(server::Severity::kError, "storage failed", {{"message", message}});
    // What is on disk is not known any more: only a restart can tell.
    std::_Exit(70);
  };
  ASSIGN_OR_RETURN(const std::unique_ptr<storage::RocksStore> store,
                   Advised(storage::OpenStore(options.data, storing.rocks)));
  ASSIGN_OR_RETURN(const std::unique_ptr<Catalog> catalog,
                   Advised(storage::OpenCatalog(*store, clock, storing)));
  // After the store, which takes no directory that has other files in it.
  ASSIGN_OR_RETURN(const std::unique_ptr<server::Keyring> keyring,
                   server::Keyring::Open(options.data));
  options.server.keyring = keyring.get();
  ASSIGN_OR_RETURN(
      const PersonalKeys keys,
      PersonalKeys::Open(options.data, options.personal_keys, *catalog));
  options.server.personal = keys.personal.get();
  ASSIGN_OR_RETURN(
      const std::unique_ptr<Journal> journal,
      Advised(storage::OpenJournal(*store, storage::kOrganisationNumber)));
  ASSIGN_OR_RETURN(
      const std::unique_ptr<access::Organisation> organisation,
      Advised(access::Organisation::Open(*journal, keyring->own(), clock)));
  options.server.organisation = organisation.get();
  const std::unique_ptr<server::Authenticator> authenticator =
      AuthenticatorOf(options, *organisation);
  ASSIGN_OR_RETURN(const std::unique_ptr<server::Server> running,
                   server::Server::Start(options.server, *catalog,
                                         *authenticator, clock, log));
  auto operator_port = OpenOperatorPort(
      options.data,
      [&](const std::string& to) {
        auto report = storage::BackUp(*store, *catalog, to, /*disk=*/nullptr,
                                      keys.to_copy());
        if (report.ok()) storage::CountAsDurable(*report, *catalog, backed_up);
        return report;
      },
      *running, log);
  log.Say(server::Severity::kInfo, "serving",
          {{"data", options.data},
           {"port", std::int64_t{running->port()}},
           {"http_port", std::int64_t{running->http_port()}},
           {"surveys", static_cast<std::int64_t>(catalog->List().size())}});
  Announce(options.server.listen, running->port(), "listening on ");
  if (running->http_port() != 0) {
    Announce(options.server.http_listen, running->http_port(), "http on ");
  }
  if (options.trust_names) {
    log.Say(server::Severity::kWarning, "whoever calls is believed");
  }
  std::fflush(stdout);
  auto backups =
      StartBackups(options, *store, *catalog, keys.to_copy(), backed_up, log);

  int signal = 0;
  sigwait(&ending, &signal);
  log.Say(server::Severity::kInfo, "draining",
          {{"signal", std::int64_t{signal}}});
  if (operator_port != nullptr) operator_port->Close();
  running->Drain();
  // A backup that is under way comes to its end.
  backups.reset();
  operator_port.reset();
  log.Say(server::Severity::kInfo, "stopped");
  return absl::OkStatus();
}

// Where it listens, and to whom.
void AddListening(CLI::App& serve,
                  const std::shared_ptr<ServeOptions>& options) {
  serve
      .add_option("--listen", options->server.listen,
                  "Where to listen; port 0 takes a free one")
      ->capture_default_str()
      ->type_name("HOST:PORT");
  serve
      .add_option("--http-listen", options->server.http_listen,
                  "Where to serve the same over HTTP/1.1 (Connect), as well")
      ->type_name("HOST:PORT");
  serve.add_flag("--behind-proxy", options->server.behind_proxy,
                 "Listen also where other machines can reach it: a proxy "
                 "encrypts, and nobody else comes through");
  serve.add_flag("--trust-names", options->trust_names,
                 "Believe whoever calls that they are who they say they are: "
                 "for training and tests");
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
      "password or a key. Nothing is encrypted, so it listens on this machine\n"
      "only, unless a proxy in front encrypts.\n\n"
      "Beside the surveys it keeps its secret key, server.key, and the keys\n"
      "of devices, device.keys. Backups do not hold them: keep a copy where\n"
      "nobody else reads. Without server.key what devices have sealed for\n"
      "this server cannot be opened. Through operator.sock, the user that it\n"
      "runs as asks it for backups (`chasqui backup`), and may do everything\n"
      "(--server unix:DIR/operator.sock).");
  serve
      ->add_option("--data", options->data,
                   "Directory of the surveys; made if it is not there")
      ->type_name("DIR");
  serve
      ->add_option("--personal-keys", options->personal_keys,
                   "Where the keys of surveys with personal fields are, "
                   "DIR/SURVEY.key (`chasqui survey key`): on another disk "
                   "than --data, and in no backup of it")
      ->type_name("DIR");
  AddListening(*serve, options);
  serve
      ->add_option("--exchange-bytes-per-second",
                   options->server.exchange_bytes_per_s,
                   "What devices together may move; beyond it each is asked to "
                   "come later. 0 for no limit")
      ->check(CLI::Range(std::int64_t{0}, server::ByteBudget::kRateMax))
      ->capture_default_str()
      ->type_name("N");
  serve
      ->add_option("--backup-to", options->backup_to,
                   "Back everything up there, at once and again and again: "
                   "what a backup holds that has been read again is durable")
      ->type_name("DIR");
  serve
      ->add_option("--backup-every", options->backup_every_s,
                   "Seconds between two backups")
      ->capture_default_str()
      ->check(CLI::Range(1U, 604'800U))
      ->type_name("SECONDS");
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
