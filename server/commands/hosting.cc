#include "server/commands/hosting.h"

#include <cstdlib>
#include <string_view>
#include <utility>

#include "server/access/contacts.h"
#include "server/access/organisation.h"
#include "server/authenticator.h"
#include "server/commands/personal_keys.h"
#include "server/commands/witness.h"
#include "server/credential_authenticator.h"
#include "server/keyring.h"
#include "server/operator_port.h"
#include "storage/backup_rounds.h"
#include "storage/catalog.h"
#include "storage/durability.h"
#include "storage/kv_journal.h"
#include "storage/kv_notes.h"
#include "storage/rounds.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

// Damage, with what can be done about it.
template <typename T>
absl::StatusOr<T> Advised(absl::StatusOr<T> opened) {
  if (!absl::IsDataLoss(opened.status())) return opened;
  return absl::DataLossError(
      StrCat(opened.status().message(),
             ". Nothing was changed: keep a copy, and make the state again "
             "with `chasqui rebuild`"));
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

// How often it is looked for what has been kept for long enough.
constexpr absl::Duration kErasingRounds = absl::Hours(24);

class OpenHosting final : public Hosting {
 public:
  OpenHosting(HostingOptions options, Clock& clock, server::EventLog& log)
      : options_(std::move(options)), clock_(clock), log_(log) {}

  absl::Status Open() {
    storage::CatalogOptions storing;
    storing.durability = &backed_up_;
    storing.rocks = options_.stored;
    storing.rocks.on_fatal = [this](std::string_view message) {
      log_.Say(server::Severity::kError, "storage failed",
               {{"message", message}});
      // What is on disk is not known any more: only a restart can tell.
      std::_Exit(70);
    };
    ASSIGN_OR_RETURN(store_,
                     Advised(storage::OpenStore(options_.data, storing.rocks)));
    ASSIGN_OR_RETURN(catalog_,
                     Advised(storage::OpenCatalog(*store_, clock_, storing)));
    // After the store, which takes no directory that has other files in it.
    ASSIGN_OR_RETURN(keyring_, server::Keyring::Open(options_.data));
    ASSIGN_OR_RETURN(
        keys_,
        PersonalKeys::Open(options_.data, options_.personal_keys, *catalog_));
    ASSIGN_OR_RETURN(journal_, Advised(storage::OpenJournal(
                                   *store_, storage::kOrganisationNumber)));
    ASSIGN_OR_RETURN(organisation_, Advised(access::Organisation::Open(
                                        *journal_, keyring_->own(), clock_)));
    notes_ = storage::OpenNotes(*store_, storage::kOrganisationNumber);
    ASSIGN_OR_RETURN(contacts_, Advised(access::Contacts::Open(*notes_)));
    if (options_.trust_names) {
      authenticator_ = std::make_unique<server::MetadataAuthenticator>();
    } else {
      authenticator_ =
          std::make_unique<server::CredentialAuthenticator>(*organisation_);
    }
    return absl::OkStatus();
  }

  server::Hosted hosted() override {
    return {options_.name,       catalog_.get(),      authenticator_.get(),
            keyring_.get(),      organisation_.get(), contacts_.get(),
            keys_.personal.get()};
  }

  void Work(server::Server& server) override {
    OpenOperatorPort(server);
    StartBackups();
    witnessing_ = std::make_unique<storage::Rounds>(
        absl::Minutes(kWitnessMinutes), [this] { Witness(); });
    if (keys_.kept) {
      erasing_ = std::make_unique<storage::Rounds>(kErasingRounds,
                                                   [this] { EraseExpired(); });
    }
  }

  void Close() override {
    if (operator_port_ != nullptr) operator_port_->Close();
  }

  void End() override {
    // A backup that is under way comes to its end.
    backups_.reset();
    operator_port_.reset();
    erasing_.reset();
    witnessing_.reset();
    Witness();
  }

 private:
  absl::StatusOr<v1::BackUpResponse> BackUpTo(const std::string& to) {
    const auto report = storage::BackUp(*store_, *catalog_, to,
                                        /*disk=*/nullptr, keys_.to_copy());
    SayBackup(report, log_);
    RETURN_IF_ERROR(report.status());
    storage::CountAsDurable(*report, *catalog_, backed_up_);
    return ToWire(*report);
  }

  // Where there is no room for it, the server does without.
  void OpenOperatorPort(server::Server& server) {
    auto port = server::OperatorPort::Open(
        options_.data, [this](const std::string& to) { return BackUpTo(to); },
        [&](grpc::ServerBuilder& builder) {
          server.AddForOperator(options_.name, builder);
        });
    if (port.ok()) {
      operator_port_ = *std::move(port);
      return;
    }
    log_.Say(server::Severity::kWarning, "no socket for the operator",
             {{"message", StdView(port.status().message())}});
  }

  void StartBackups() {
    if (options_.backup_to.empty()) return;
    backups_ = std::make_unique<storage::BackupRounds>(
        *store_, *catalog_, backed_up_,
        storage::BackupSchedule{options_.backup_to,
                                absl::Seconds(options_.backup_every_s),
                                keys_.to_copy()},
        [this](const absl::StatusOr<storage::BackupReport>& report) {
          SayBackup(report, log_);
        });
  }

  // What personal answers have been kept for long enough.
  void EraseExpired() {
    const absl::StatusOr<std::size_t> erased = server::EraseExpired(
        *catalog_, absl::ToUnixMillis(clock_.Now()), *keys_.personal);
    log_.SayFailure("EraseExpired", erased.status());
    if (erased.value_or(0) == 0) return;
    log_.Say(server::Severity::kInfo, "erased what has expired",
             {{"records", static_cast<std::int64_t>(*erased)}});
  }

  void Witness() {
    log_.SayFailure("Witness", WitnessLogs(*store_, *catalog_, *organisation_));
  }

  const HostingOptions options_;
  Clock& clock_;
  server::EventLog& log_;
  storage::BackedUp backed_up_;
  std::unique_ptr<storage::RocksStore> store_;
  std::unique_ptr<Catalog> catalog_;
  std::unique_ptr<server::Keyring> keyring_;
  PersonalKeys keys_;
  std::unique_ptr<Journal> journal_;
  std::unique_ptr<access::Organisation> organisation_;
  std::unique_ptr<Notes> notes_;
  std::unique_ptr<access::Contacts> contacts_;
  std::unique_ptr<server::Authenticator> authenticator_;
  std::unique_ptr<server::OperatorPort> operator_port_;
  std::unique_ptr<storage::BackupRounds> backups_;
  std::unique_ptr<storage::Rounds> witnessing_;
  std::unique_ptr<storage::Rounds> erasing_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<Hosting>> Hosting::Open(
    const HostingOptions& options, Clock& clock, server::EventLog& log) {
  auto opened = std::make_unique<OpenHosting>(options, clock, log);
  RETURN_IF_ERROR(opened->Open());
  return opened;
}

}  // namespace chasqui::commands
