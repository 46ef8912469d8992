// Backups of a server, up or down, and what is had again of any.

#include "storage/backup.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <system_error>

#include "chasqui/v1/operator_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "server/commands/commands.h"
#include "server/operator_port.h"
#include "storage/catalog.h"
#include "storage/rocks_key_store.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/base/system_clock.h"

namespace chasqui::commands {
namespace {

struct BackupOptions {
  std::string from;
  std::string to;
  std::optional<std::uint32_t> number;
  bool check = false;
};

// On this machine.
constexpr std::chrono::seconds kConnecting{2};

void SayPurge(const std::string& error) {
  if (error.empty()) return;
  std::fprintf(stderr, "old backups cannot be removed: %s\n", error.c_str());
}

void SaySurvey(const std::string& survey, std::uint64_t entries) {
  std::printf("survey %s: %llu entries\n", survey.c_str(),
              static_cast<unsigned long long>(entries));
}

void SayNumber(const char* what, std::uint32_t number, std::uint64_t bytes) {
  std::printf("%s %u, %llu bytes\n", what, number,
              static_cast<unsigned long long>(bytes));
}

void Print(const char* what, const storage::BackupReport& report) {
  SayNumber(what, report.number, report.bytes);
  for (const auto& [survey, position] : report.heads) {
    SaySurvey(survey, position.seq);
  }
  SayPurge(std::string(report.purged.message()));
}

// The directory as it is here: the server works in another, and may even have
// other files. It is made if it is not there; returns whether it was.
absl::StatusOr<bool> NameDirectory(const std::string& to,
                                   v1::BackUpRequest& request) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(to, error);
  struct stat found {};
  if (error || stat(to.c_str(), &found) != 0) {
    return absl::UnavailableError(StrCat("there can be no backups in ", to));
  }
  request.set_to(std::filesystem::absolute(to).lexically_normal());
  request.set_device(found.st_dev);
  request.set_inode(found.st_ino);
  return made;
}

// By the server that has the data in use; `held` if there is none: it is in use
// by something else.
absl::Status AskForBackup(const BackupOptions& options,
                          const absl::Status& held) {
  const auto channel =
      grpc::CreateChannel(server::OperatorAddress(options.from),
                          grpc::InsecureChannelCredentials());
  if (!channel->WaitForConnected(std::chrono::system_clock::now() +
                                 kConnecting)) {
    return held;
  }
  v1::OperatorService::Stub stub(channel);
  v1::BackUpRequest request;
  ASSIGN_OR_RETURN(const bool made, NameDirectory(options.to, request));
  v1::BackUpResponse response;
  grpc::ClientContext context;
  const grpc::Status status = stub.BackUp(&context, request, &response);
  if (!status.ok()) {
    std::error_code ignored;
    if (made) std::filesystem::remove(options.to, ignored);  // if it is empty
    return absl::Status(static_cast<absl::StatusCode>(status.error_code()),
                        status.error_message());
  }
  SayNumber("backup", response.number(), response.bytes());
  for (const v1::BackedUpSurvey& survey : response.surveys()) {
    SaySurvey(survey.survey(), survey.head().seq());
  }
  SayPurge(response.purge_error());
  return absl::OkStatus();
}

absl::Status MakeBackup(const BackupOptions& options) {
  SystemClock clock;
  storage::RocksKvOptions stored;
  stored.must_exist = true;
  const auto store = storage::OpenStore(options.from, stored);
  if (absl::IsUnavailable(store.status())) {
    return AskForBackup(options, store.status());
  }
  RETURN_IF_ERROR(store.status());
  ASSIGN_OR_RETURN(const auto catalog,
                   storage::OpenCatalog(**store, clock, {}));
  std::unique_ptr<personal::KeyStore> keys;
  const std::string kept = storage::KeysDirectoryOf(options.from);
  std::error_code error;
  if (std::filesystem::exists(kept, error)) {
    ASSIGN_OR_RETURN(keys, storage::OpenKeyStore(kept));
  }
  ASSIGN_OR_RETURN(const storage::BackupReport report,
                   storage::BackUp(**store, *catalog, options.to,
                                   /*disk=*/nullptr, keys.get()));
  Print("backup", report);
  return absl::OkStatus();
}

absl::Status RestoreBackup(const BackupOptions& options) {
  if (options.check) {
    ASSIGN_OR_RETURN(const storage::BackupReport report,
                     storage::CheckBackup(options.from, options.number));
    Print("in order: backup", report);
    return absl::OkStatus();
  }
  if (options.to.empty()) {
    return absl::InvalidArgumentError("say where to: --to NEW, or --check");
  }
  const auto report =
      storage::Restore(options.from, options.number, options.to);
  if (absl::IsDataLoss(report.status())) {
    return absl::DataLossError(
        StrCat(report.status().message(),
               ". Nothing was restored; --number takes an earlier one, and "
               "devices send again what they still hold"));
  }
  RETURN_IF_ERROR(report.status());
  Print("restored backup", *report);
  return absl::OkStatus();
}

}  // namespace

void AddBackup(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<BackupOptions>();
  CLI::App* const backup = app.add_subcommand(
      "backup",
      "Back up a server's data: what is new since the last backup is copied,\n"
      "then all of it read again and compared. A server that is up does it\n"
      "while it works, asked by the user that it runs as or by root; and by\n"
      "itself, with `serve --backup-to`. Devices forget what a backup holds:\n"
      "keep it.");
  backup->add_option("DIR", options->from, "The server's --data")
      ->required()
      ->check(CLI::ExistingDirectory);
  backup->add_option("TO", options->to, "The directory of the backups")
      ->required();
  backup->callback([options, &chosen] {
    chosen = [options] { return MakeBackup(*options); };
  });

  CLI::App* const restore = app.add_subcommand(
      "restore",
      "Make a server's data of a backup, after all of it has been read and\n"
      "compared. Devices notice, and send again what came after it.");
  restore->add_option("FROM", options->from, "The directory of the backups")
      ->required()
      ->check(CLI::ExistingDirectory);
  restore->add_option("--to", options->to, "Where to; must not be there yet")
      ->type_name("NEW");
  restore
      ->add_option("--number", options->number,
                   "Not the newest, but the backup of this number")
      ->type_name("N");
  restore->add_flag("--check", options->check, "Only say whether it is whole");
  restore->callback([options, &chosen] {
    chosen = [options] { return RestoreBackup(*options); };
  });
}

}  // namespace chasqui::commands
