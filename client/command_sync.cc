#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <memory>

#include "client/command_options.h"
#include "client/vitals.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

absl::Status WriteStats(const std::string& path, const Traffic& traffic) {
  if (path.empty()) return absl::OkStatus();
  std::ofstream file(path, std::ios::trunc);
  file << "{\"round_trips\": " << traffic.round_trips
       << ", \"bytes_sent\": " << traffic.bytes_sent
       << ", \"bytes_received\": " << traffic.bytes_received
       << ", \"attempts\": " << traffic.attempts << "}\n";
  file.close();
  return file ? absl::OkStatus()
              : absl::UnavailableError(StrCat("cannot write ", path));
}

void ShowProgress(const SyncProgress& progress) {
  if (isatty(STDERR_FILENO) == 0) return;
  std::fprintf(stderr, "\r\033[K%s: exchange %llu, %llu changes to send%s",
               progress.survey.c_str(),
               static_cast<unsigned long long>(progress.exchanges),
               static_cast<unsigned long long>(progress.outbox),
               progress.more ? ", more to come" : "\n");
}

// Between a sync that failed for good and the next, with --until-empty.
constexpr std::int64_t kAgainMs = 1'000;

// Steps until the sync has ended, or `deadline_ms` of the monotonic clock.
absl::Status RunSync(Installed& installed, std::int64_t deadline_ms) {
  constexpr std::int64_t kStepMs = 100;
  Device& device = installed.device();
  SyncOptions options;
  options.progress = ShowProgress;
  options.app = "chasqui " CHASQUI_VERSION;
  options.vitals = VitalsOf(installed.directory());
  device.Sync(options);
  while (device.state() != SyncState::kIdle) {
    const std::int64_t now = installed.clock().MonotonicMillis();
    if (now >= deadline_ms) {
      const absl::Status last = device.sync_status();
      device.Cancel();
      return absl::DeadlineExceededError(
          StrCat("not done in time; last: ",
                 last.ok() ? "under way" : StdView(last.message())));
    }
    RETURN_IF_ERROR(device.Step(now));
    installed.transport().Wait(kStepMs);
  }
  return device.sync_status();
}

// Comparing puts right whatever is wrong with the device. What it does not is
// wrong with the server.
void WarnOfDifferences(Device& device) {
  for (const std::string& name : device.Surveys()) {
    if (!device.Find(name)->differs()) continue;
    std::fprintf(stderr,
                 "warning: the copy of %s here is not what the server says it "
                 "has, and comparing them did not help: have the server's data "
                 "checked, with `chasqui verify`\n",
                 name.c_str());
  }
}

// The two devices' people have to sort that out.
void WarnOfDispute(const Device& device) {
  if (!device.keys().disputed()) return;
  std::fprintf(stderr,
               "note: the server knows another device of the name %s, by key "
               "%s; this one has key %s, and what it seals is refused\n",
               device.name().c_str(),
               seal::ToText(*device.keys().known).c_str(),
               seal::ToText(device.keys().own->public_key()).c_str());
}

}  // namespace

absl::Status Init(const Options& options) {
  Installation installation = options.installation;
  if (installation.code.empty() &&
      (installation.person.empty() || installation.survey.empty())) {
    return absl::InvalidArgumentError(
        "give --code, by which the server lets it in, or --person and "
        "--survey");
  }
  RETURN_IF_ERROR(Installed::Make(options.store, installation));
  std::printf("device %s of %s is ready in %s\n", installation.device.c_str(),
              installation.person.c_str(), options.store.c_str());
  return absl::OkStatus();
}

absl::Status ComeIn(const Options& options) {
  RETURN_IF_ERROR(Installed::ComeInAgain(options.store, options.installation));
  std::printf("the device in %s is let in\n", options.store.c_str());
  return absl::OkStatus();
}

absl::Status Sync(const Options& options) {
  ASSIGN_OR_RETURN(const std::unique_ptr<Installed> installed,
                   Installed::Open(options.store, options.server,
                                   /*online=*/true, options.http));
  const std::int64_t deadline =
      installed->clock().MonotonicMillis() + options.timeout_s * 1'000;
  absl::Status status = RunSync(*installed, deadline);
  while (options.until_empty && !status.ok() &&
         installed->clock().MonotonicMillis() + kAgainMs < deadline) {
    // Whatever it was, someone may mend it meanwhile.
    installed->transport().Wait(kAgainMs);
    status = RunSync(*installed, deadline);
  }
  WarnOfDifferences(installed->device());
  WarnOfDispute(installed->device());
  RETURN_IF_ERROR(WriteStats(options.stats, installed->transport().traffic()));
  return status;
}

}  // namespace chasqui::client
