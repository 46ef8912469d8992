#include "storage/backup.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/utilities/backup_engine.h"
#include "storage/backup_lock.h"
#include "storage/key_copy.h"
#include "storage/restoring_directory.h"
#include "storage/rocks_key_store.h"
#include "storage/rocks_status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/lineage.h"

namespace chasqui::storage {
namespace {

// What a directory of backups holds.
constexpr std::string_view kKeysName = "personal.keys";
constexpr std::array<std::string_view, 7> kOwnNames = {"meta",
                                                       "private",
                                                       "shared",
                                                       kKeysName,
                                                       "personal.keys.part",
                                                       "shared_checksum",
                                                       DirectoryLock::kName};

// Of a disk that is not as it should be. What a directory holds is asked in the
// words that tell errors so: those that throw would end the server.
absl::Status Unreadable(const std::string& path, const std::error_code& error) {
  return absl::UnavailableError(StrCat(path, ": ", error.message()));
}

absl::Status CheckOwn(const std::string& directory) {
  std::error_code error;
  for (std::filesystem::directory_iterator it(directory, error), end;
       !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    if (std::find(kOwnNames.begin(), kOwnNames.end(), name) ==
        kOwnNames.end()) {
      return absl::FailedPreconditionError(
          StrCat(directory, " holds something that is no backup, such as ",
                 name, ": give an empty or new directory"));
    }
  }
  return error ? Unreadable(directory, error) : absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngine>> OpenEngine(
    const std::string& directory, rocksdb::Env* disk) {
  rocksdb::BackupEngineOptions options(directory, disk);
  options.share_table_files = true;
  options.share_files_with_checksum = true;
  options.sync = true;
  rocksdb::BackupEngine* engine = nullptr;
  RETURN_IF_ERROR(FromRocks(
      rocksdb::BackupEngine::Open(options, rocksdb::Env::Default(), &engine)));
  return std::unique_ptr<rocksdb::BackupEngine>(engine);
}

absl::StatusOr<std::unique_ptr<rocksdb::BackupEngineReadOnly>> OpenForReading(
    const std::string& directory, rocksdb::Env* disk) {
  std::error_code error;
  const std::string meta = StrCat(directory, "/meta");
  const auto status = std::filesystem::status(meta, error);
  if (!std::filesystem::status_known(status)) return Unreadable(meta, error);
  if (!std::filesystem::is_directory(status)) {
    return absl::NotFoundError(StrCat("there is no backup in ", directory));
  }
  rocksdb::BackupEngineReadOnly* engine = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::BackupEngineReadOnly::Open(
      rocksdb::BackupEngineOptions(directory, disk),
      disk == nullptr ? rocksdb::Env::Default() : disk, &engine)));
  return std::unique_ptr<rocksdb::BackupEngineReadOnly>(engine);
}

std::string EncodeHeads(const Heads& heads) {
  std::string text;
  for (const auto& [survey, position] : heads) {
    text += StrCat(survey, " ", static_cast<std::uint64_t>(position.log), " ",
                   position.seq, "\n");
  }
  return text;
}

absl::StatusOr<Heads> DecodeHeads(const std::string& text) {
  Heads heads;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::vector<std::string> parts = absl::StrSplit(line, ' ');
    std::uint64_t log = 0;
    Position position;
    if (parts.size() != 3 || !absl::SimpleAtoi(parts[1], &log) ||
        !absl::SimpleAtoi(parts[2], &position.seq)) {
      return absl::DataLossError("the list of what a backup holds is damaged");
    }
    position.log = LogName{log};
    heads[parts[0]] = position;
  }
  return heads;
}

template <typename Engine>
absl::StatusOr<BackupReport> Checked(const Engine& engine,
                                     const std::string& from,
                                     std::uint32_t number) {
  const auto damaged = [&from, number](std::string_view why) {
    return absl::DataLossError(
        StrCat("backup ", number, " in ", from, " is damaged: ", why));
  };
  rocksdb::BackupInfo info;
  const rocksdb::Status found = engine.GetBackupInfo(number, &info);
  if (found.IsNotFound()) {
    return absl::NotFoundError(
        StrCat("there is no backup ", number, " in ", from));
  }
  if (!found.ok()) return damaged(found.ToString());
  const rocksdb::Status status =
      engine.VerifyBackup(number, /*verify_with_checksum=*/true);
  if (!status.ok()) return damaged(status.ToString());
  absl::StatusOr<Heads> heads = DecodeHeads(info.app_metadata);
  if (!heads.ok()) return damaged(StdView(heads.status().message()));
  return BackupReport{number, info.size, *std::move(heads), absl::OkStatus()};
}

// Removes one that is not whole: as the newest it would stand in the way of the
// good ones before it.
absl::Status Removed(rocksdb::BackupEngine& engine, std::uint32_t number,
                     const absl::Status& why) {
  const rocksdb::Status removed = engine.DeleteBackup(number);
  return {why.code(),
          StrCat(why.message(),
                 removed.ok()
                     ? ". It was removed"
                     : StrCat(". It cannot be removed, ", removed.ToString()),
                 "; if the next is no better, give a new directory")};
}

// The newest is meant also if it is damaged: an earlier one in its place would
// be a loss that nobody was told of.
absl::StatusOr<std::uint32_t> NewestIn(
    const rocksdb::BackupEngineReadOnly& engine, const std::string& from) {
  std::vector<rocksdb::BackupInfo> good;
  std::vector<rocksdb::BackupID> corrupt;
  engine.GetBackupInfo(&good);
  engine.GetCorruptedBackups(&corrupt);
  std::uint32_t newest = 0;
  for (const rocksdb::BackupInfo& info : good) {
    newest = std::max(newest, info.backup_id);
  }
  for (const rocksdb::BackupID id : corrupt) newest = std::max(newest, id);
  if (newest != 0) return newest;
  return absl::NotFoundError(StrCat("there is no backup in ", from));
}

absl::StatusOr<Heads> HeadsOf(const Catalog& catalog) {
  Heads heads;
  for (const std::string& name : catalog.List()) {
    ASSIGN_OR_RETURN(const SurveyStore* const store, catalog.Find(name));
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    heads[name] = {PresentName(reader->survey().lineage), reader->head()};
  }
  return heads;
}

// What the newest backup holds, of those whose list can be read.
Heads HeldBy(const rocksdb::BackupEngine& engine) {
  std::vector<rocksdb::BackupInfo> backups;  // by number
  engine.GetBackupInfo(&backups);
  for (auto it = backups.rbegin(); it != backups.rend(); ++it) {
    absl::StatusOr<Heads> heads = DecodeHeads(it->app_metadata);
    if (heads.ok()) return *std::move(heads);
  }
  return {};
}

// Whether `catalog` goes on from what `to` holds.
absl::Status CheckGoesOn(const Catalog& catalog, const Heads& held,
                         const std::string& to) {
  for (const auto& [name, position] : held) {
    const auto other = [&to, &name = name](std::string_view why) {
      return absl::FailedPreconditionError(
          StrCat(to, " holds backups of something else: its survey ", name, " ",
                 why, ": give a new directory"));
    };
    const auto store = catalog.Find(name);
    if (absl::IsNotFound(store.status())) return other("is not in this store");
    RETURN_IF_ERROR(store.status());
    ASSIGN_OR_RETURN(const auto reader, (*store)->Snapshot());
    if (CountsAs(position, reader->survey().lineage, reader->head(),
                 /*told=*/{}) == 0) {
      return other("has a log that this store's does not go on from");
    }
  }
  return absl::OkStatus();
}

// Where the backup has any.
absl::Status RestoreKeys(const std::string& copy, const std::string& to) {
  std::error_code error;
  if (!std::filesystem::exists(copy, error)) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto keys, OpenKeyStore(KeysDirectoryOf(to)));
  return BringBackKeys(copy, *keys);
}

absl::Status CheckNew(const std::string& directory) {
  std::error_code error;
  const auto status = std::filesystem::status(directory, error);
  if (!std::filesystem::status_known(status)) {
    return Unreadable(directory, error);
  }
  if (!std::filesystem::exists(status)) return absl::OkStatus();
  error.clear();
  const bool empty = std::filesystem::is_directory(status) &&
                     std::filesystem::is_empty(directory, error);
  if (error) return Unreadable(directory, error);
  if (empty) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat(directory, " is there already: give a new directory"));
}

// What goes with the store is no copy of it.
absl::Status CheckElsewhere(const std::string& store, const std::string& to) {
  std::error_code error;
  const auto inner = std::filesystem::weakly_canonical(to, error);
  if (error) return Unreadable(to, error);
  const auto outer = std::filesystem::canonical(store, error);
  if (error) return Unreadable(store, error);
  const auto differs =
      std::mismatch(outer.begin(), outer.end(), inner.begin(), inner.end());
  if (differs.first != outer.end()) return absl::OkStatus();
  return absl::FailedPreconditionError(
      StrCat(to,
             " is within what is to be backed up: give a directory on "
             "another disk"));
}

}  // namespace

std::string KeysDirectoryOf(const std::string& directory) {
  return StrCat(directory, "/keys");
}

absl::StatusOr<BackupReport> BackUp(RocksStore& store, const Catalog& catalog,
                                    const std::string& to, rocksdb::Env* disk,
                                    const personal::KeyStore* keys) {
  RETURN_IF_ERROR(CheckElsewhere(store.db().GetName(), to));
  std::error_code error;
  std::filesystem::create_directories(to, error);
  if (error) return Unreadable(to, error);
  RETURN_IF_ERROR(CheckOwn(to));
  ASSIGN_OR_RETURN(const auto lock, DirectoryLock::Take(to));
  ASSIGN_OR_RETURN(const auto engine, OpenEngine(to, disk));
  RETURN_IF_ERROR(CheckGoesOn(catalog, HeldBy(*engine), to));
  // Before the copying begins: what is in them is in the copy.
  ASSIGN_OR_RETURN(const Heads heads, HeadsOf(catalog));
  rocksdb::CreateBackupOptions options;
  options.flush_before_backup = true;
  rocksdb::BackupID number = 0;
  RETURN_IF_ERROR(FromRocks(engine->CreateNewBackupWithMetadata(
      options, &store.db(), EncodeHeads(heads), &number)));
  absl::StatusOr<BackupReport> report = Checked(*engine, to, number);
  if (!report.ok()) return Removed(*engine, number, report.status());
  // After the copying: what it has is sealed by keys that are in theirs.
  if (keys != nullptr) {
    RETURN_IF_ERROR(CopyKeys(*keys, StrCat(to, "/", kKeysName)));
  }
  report->purged = FromRocks(engine->PurgeOldBackups(kBackupsKept));
  return report;
}

absl::StatusOr<BackupReport> CheckBackup(const std::string& from,
                                         std::optional<std::uint32_t> number) {
  ASSIGN_OR_RETURN(const auto engine, OpenForReading(from, nullptr));
  if (!number.has_value()) {
    ASSIGN_OR_RETURN(number, NewestIn(*engine, from));
  }
  return Checked(*engine, from, *number);
}

absl::StatusOr<BackupReport> Restore(const std::string& from,
                                     std::optional<std::uint32_t> number,
                                     const std::string& to,
                                     rocksdb::Env* disk) {
  RETURN_IF_ERROR(CheckNew(to));
  ASSIGN_OR_RETURN(BackupReport report, CheckBackup(from, number));
  ASSIGN_OR_RETURN(const auto engine, OpenForReading(from, disk));
  ASSIGN_OR_RETURN(const auto place, RestoringDirectory::Make(to));
  RETURN_IF_ERROR(FromRocks(engine->RestoreDBFromBackup(
      report.number, place->path(), place->path())));
  RETURN_IF_ERROR(RestoreKeys(StrCat(from, "/", kKeysName), place->path()));
  RETURN_IF_ERROR(place->Become());
  return report;
}

}  // namespace chasqui::storage
