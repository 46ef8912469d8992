#include <cstdio>
#include <filesystem>
#include <map>
#include <memory>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "client/command_options.h"
#include "client/relay.h"
#include "client/sealing.h"
#include "client/whole_file.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

// Of a file of sealed units: what one device carries.
constexpr std::size_t kSealedFileBytesMax = kCarriedBytesMax;

absl::StatusOr<std::unique_ptr<Installed>> OpenOffline(const Options& options) {
  return Installed::Open(options.store, "", /*online=*/false);
}

absl::Status InFile(const std::string& path, const absl::Status& status) {
  return absl::Status(status.code(),
                      StrCat(path, ", ", StdView(status.message())));
}

// What is to be written, by the name of its file.
absl::StatusOr<std::map<std::string, std::string>> FilesOf(
    const std::vector<Brought>& brought, const std::string& directory) {
  std::map<std::string, std::string> files;
  for (const Brought& each : brought) {
    if (!each.refused.empty()) {
      const std::string path =
          StrCat(directory, "/",
                 absl::BytesToHexString(AbslView(each.kept.key)), ".refused");
      files[path] = each.unit;
      std::printf("%s: refused: %s\n", path.c_str(), each.refused.c_str());
      continue;
    }
    const std::string path = StrCat(directory, "/", each.to, ".receipts");
    auto file = files.find(path);
    if (file == files.end()) {
      // Those fetched before may not have been taken yet.
      absl::StatusOr<std::string> there =
          ReadWholeFile(path, kSealedFileBytesMax);
      if (absl::IsNotFound(there.status())) there = std::string();
      RETURN_IF_ERROR(there.status());
      file = files.emplace(path, *std::move(there)).first;
    }
    file->second += each.unit;
    std::printf("%s: a receipt of %zu bytes\n", path.c_str(), each.unit.size());
  }
  return files;
}

}  // namespace

absl::Status SealIntoFile(const Options& options) {
  ASSIGN_OR_RETURN(const auto installed, OpenOffline(options));
  ASSIGN_OR_RETURN(const SealedOutbox sealed,
                   SealOutbox(installed->device(), installed->clock()));
  if (sealed.batches == 0) {
    std::printf("nothing waits to be sent: %s was not written\n",
                options.out.c_str());
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(WriteWholeFile(options.out, sealed.file));
  std::printf("%zu changes in %zu batches sealed into %s, %zu bytes\n",
              sealed.changes, sealed.batches, options.out.c_str(),
              sealed.file.size());
  return absl::OkStatus();
}

absl::Status TakeReceiptFiles(const Options& options) {
  ASSIGN_OR_RETURN(const auto installed, OpenOffline(options));
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(const std::string file,
                     ReadWholeFile(path, kSealedFileBytesMax));
    const auto taken = TakeReceipts(file, installed->device());
    if (!taken.ok()) return InFile(path, taken.status());
    std::printf("%s: %zu receipts, %zu outcomes that were not known yet\n",
                path.c_str(), taken->receipts, taken->outcomes);
  }
  return absl::OkStatus();
}

absl::Status CarryFiles(const Options& options) {
  ASSIGN_OR_RETURN(const auto installed, OpenOffline(options));
  for (const std::string& path : options.files) {
    ASSIGN_OR_RETURN(const std::string file,
                     ReadWholeFile(path, kSealedFileBytesMax));
    const auto carried = Carry(file, installed->store());
    if (!carried.ok()) return InFile(path, carried.status());
    std::printf("%s: %zu batches to carry\n", path.c_str(), *carried);
  }
  return absl::OkStatus();
}

absl::Status FetchReceipts(const Options& options) {
  ASSIGN_OR_RETURN(const auto installed, OpenOffline(options));
  ASSIGN_OR_RETURN(const std::vector<Brought> brought,
                   WhatWasBrought(installed->store()));
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) {
    return absl::UnavailableError(
        StrCat("cannot make ", options.out, ": ", error.message()));
  }
  ASSIGN_OR_RETURN(const auto files, FilesOf(brought, options.out));
  StoreBatch done;
  for (const auto& [path, bytes] : files) {
    RETURN_IF_ERROR(WriteWholeFile(path, bytes));
  }
  for (const Brought& each : brought)
    done.Erase(each.kept.table, each.kept.key);
  RETURN_IF_ERROR(installed->store().Commit(done));
  if (brought.empty()) std::printf("nothing has come back yet\n");
  return absl::OkStatus();
}

}  // namespace chasqui::client
