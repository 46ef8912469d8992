// `chasqui unseal`: hands in what devices have sealed.

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "chasqui/v1/sync_service.grpc.pb.h"
#include "server/commands/commands.h"
#include "server/commands/files.h"
#include "server/commands/remote.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/seal/envelope.h"

namespace chasqui::commands {
namespace {

struct UnsealOptions {
  Remote remote;
  std::vector<std::string> files;
  std::string receipts;
};

// What has become of all the files.
struct HandedIn {
  int batches = 0;
  int refused = 0;
};

void SayHandedIn(const std::string& where, const v1::HandInResponse& response) {
  std::printf("%s: device %s: %u changes", where.c_str(),
              response.device().c_str(), response.changes());
  if (response.taken() < response.changes()) {
    std::printf(", of which %u cannot be taken before what came first",
                response.changes() - response.taken());
  }
  if (response.quarantined() > 0) {
    std::printf(", of which %u wait in quarantine", response.quarantined());
  }
  std::printf("\n");
}

void SayRefused(const std::string& where, const absl::Status& status,
                HandedIn& sum) {
  ++sum.refused;
  std::fprintf(stderr, "chasqui: %s: %s\n", where.c_str(),
               std::string(status.message()).c_str());
}

// Each unit by itself: one that is refused does not hold up the others. An
// error is the server's, which would answer to the next no better.
absl::Status HandInFile(const UnsealOptions& options, const std::string& path,
                        v1::SyncService::Stub& stub, FileSet& receipts,
                        HandedIn& sum) {
  const std::string name =
      std::filesystem::path(path).filename().string() + ".receipt";
  ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  std::string_view rest = bytes;
  int number = 0;
  do {
    const std::string where = StrCat(path, ", batch ", ++number, " (at byte ",
                                     bytes.size() - rest.size(), ")");
    const auto outside = seal::Inspect(rest);
    if (!outside.ok()) {
      // Nobody knows where the next begins.
      SayRefused(where, outside.status(), sum);
      return absl::OkStatus();
    }
    v1::HandInRequest request;
    request.set_sealed(std::string(rest.substr(0, outside->bytes)));
    rest.remove_prefix(outside->bytes);
    v1::HandInResponse response;
    absl::Status status =
        Call(options.remote, stub, &v1::SyncService::Stub::HandIn, request,
             response);
    if (absl::IsUnavailable(status)) return status;
    if (!status.ok()) {
      SayRefused(where, status, sum);
      continue;
    }
    ++sum.batches;
    SayHandedIn(where, response);
    if (!options.receipts.empty()) {
      RETURN_IF_ERROR(receipts.Append(name, response.receipt()));
    }
  } while (!rest.empty());
  return absl::OkStatus();
}

absl::Status Unseal(const UnsealOptions& options) {
  v1::SyncService::Stub stub(options.remote.Channel());
  FileSet receipts(options.receipts);
  HandedIn sum;
  absl::Status status;
  for (const std::string& file : options.files) {
    status = HandInFile(options, file, stub, receipts, sum);
    if (!status.ok()) break;
  }
  // Whatever was taken has its receipt.
  RETURN_IF_ERROR(receipts.Complete());
  RETURN_IF_ERROR(status);
  if (sum.refused == 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      StrCat(sum.refused, " of ", sum.refused + sum.batches,
             " batches were not taken; keep the files"));
}

}  // namespace

void AddUnseal(CLI::App& app, Chosen& chosen) {
  auto options = std::make_shared<UnsealOptions>();
  CLI::App* const unseal = app.add_subcommand(
      "unseal",
      "Hand in files that devices have sealed (`chasqui device seal`).\n\n"
      "Whoever carried them could neither read nor alter them. The same file\n"
      "may come twice, and what is in it by the network as well: it counts\n"
      "once. The receipts are for the devices: `chasqui device receipt`.");
  AddRemoteOptions(*unseal, options->remote);
  unseal->add_option("FILE", options->files, "What was sealed")
      ->required()
      ->check(CLI::ExistingFile);
  unseal
      ->add_option("--receipts", options->receipts,
                   "Write what the devices are to be told into this directory, "
                   "for each FILE a FILE.receipt")
      ->type_name("DIR");
  unseal->callback(
      [options, &chosen] { chosen = [options] { return Unseal(*options); }; });
}

}  // namespace chasqui::commands
