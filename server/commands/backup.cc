// Backups of a server that is down, and what is had again of any.

#include "storage/backup.h"

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include "server/commands/commands.h"
#include "storage/catalog.h"
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

void Print(const char* what, const storage::BackupReport& report) {
  std::printf("%s %u, %llu bytes\n", what, report.number,
              static_cast<unsigned long long>(report.bytes));
  for (const auto& [survey, position] : report.heads) {
    std::printf("survey %s: %llu entries\n", survey.c_str(),
                static_cast<unsigned long long>(position.seq));
  }
  if (report.purged.ok()) return;
  std::fprintf(stderr, "old backups cannot be removed: %s\n",
               std::string(report.purged.message()).c_str());
}

absl::Status MakeBackup(const BackupOptions& options) {
  SystemClock clock;
  storage::RocksKvOptions stored;
  stored.must_exist = true;
  const auto store = storage::OpenStore(options.from, stored);
  if (absl::IsUnavailable(store.status())) {
    return absl::UnavailableError(
        StrCat(store.status().message(),
               "; a server backs itself up: `chasqui serve --backup-to`"));
  }
  RETURN_IF_ERROR(store.status());
  ASSIGN_OR_RETURN(const auto catalog,
                   storage::OpenCatalog(**store, clock, {}));
  ASSIGN_OR_RETURN(const storage::BackupReport report,
                   storage::BackUp(**store, *catalog, options.to));
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
      "Back up the data of a server that is down: what is new since the last\n"
      "backup is copied, then all of it read again and compared. A server "
      "that\n"
      "is up does the same by itself, with `serve --backup-to`.");
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
