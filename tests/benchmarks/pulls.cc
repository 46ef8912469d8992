#include "tests/benchmarks/pulls.h"

#include <atomic>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/device.h"
#include "client/installed.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/let_in.h"
#include "tests/benchmarks/load_device.h"
#include "tests/benchmarks/load_threads.h"
#include "tests/benchmarks/survey_setup.h"
#include "tests/benchmarks/sync_now.h"

namespace chasqui::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;

absl::Status CheckCount(std::uint64_t came, std::uint64_t records) {
  if (came == records) return absl::OkStatus();
  return absl::InternalError(
      StrCat("the first pull brought ", came, " records; there are ", records));
}

// Steps the device until it has everything. Returns how many records came.
absl::StatusOr<std::uint64_t> SyncAll(client::Installed& installed) {
  std::uint64_t records = 0;
  client::SyncOptions options;
  options.progress = [&records](const client::SyncProgress& progress) {
    records = progress.records;
  };
  RETURN_IF_ERROR(SyncNow(installed.device(), installed.transport(),
                          installed.clock(), std::move(options)));
  return records;
}

using Devices = std::vector<std::unique_ptr<LoadDevice>>;

// Several devices for each visitor, up to date.
absl::StatusOr<Devices> Visitors(const Bench& bench) {
  Devices devices;
  for (std::size_t i = 0; i < bench.scale.idle_devices; ++i) {
    LoadIdentity visiting{StrCat("visiting-", i),
                          VisitorName(i % bench.visitors), kCensusSurvey};
    RETURN_IF_ERROR(LetIn(bench.server, visiting));
    devices.push_back(
        std::make_unique<LoadDevice>(visiting, bench.server.address()));
    if (i < bench.visitors) {
      RETURN_IF_ERROR(devices[i]->PullAll().status());
    } else {
      devices[i]->StartFrom(*devices[i % bench.visitors]);
    }
  }
  return devices;
}

// Pulls with one of every `threads` devices, from the `first` on, in turn until
// the time is over. Adds to `pulls`.
absl::Status AskInTurn(const Devices& devices, std::size_t first,
                       const Scale& scale, std::atomic<std::uint64_t>& pulls) {
  const auto end = SteadyClock::now() + Seconds(scale.idle_seconds);
  while (SteadyClock::now() < end) {
    for (std::size_t i = first; i < devices.size(); i += scale.threads) {
      ASSIGN_OR_RETURN(const PulledPage page, devices[i]->Pull());
      if (page.records != 0 || page.more) {
        return absl::InternalError("a device that is up to date got news");
      }
      pulls.fetch_add(1);
    }
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status FirstPull(Bench& bench, std::uint64_t records) {
  LoadIdentity reader{"first-pull", kReaderName, kCensusSurvey};
  RETURN_IF_ERROR(LetIn(bench.server, reader));
  LoadDevice device(reader, bench.server.address());
  const auto begin = SteadyClock::now();
  ASSIGN_OR_RETURN(const std::uint64_t came, device.PullAll());
  const double seconds = Seconds(SteadyClock::now() - begin).count();
  RETURN_IF_ERROR(CheckCount(came, records));
  bench.figures.Add({"first_pull",
                     static_cast<double>(came) / seconds,
                     "1/s",
                     {},
                     StrCat(came, " records by one device, decoded, in ",
                            NumberText(seconds), " s")});
  return absl::OkStatus();
}

absl::Status FirstPullIntoStore(Bench& bench, std::uint64_t records) {
  const std::string directory = bench.place.Path("device");
  client::Installation installation;
  installation.device = "first-sync";
  ASSIGN_OR_RETURN(installation.code, CodeFor(bench.server, kReaderName));
  installation.person = kReaderName;
  installation.survey = kCensusSurvey;
  installation.server = bench.server.address();
  RETURN_IF_ERROR(client::Installed::Make(directory, installation));
  ASSIGN_OR_RETURN(const auto installed,
                   client::Installed::Open(directory, "", /*online=*/true));
  const auto begin = SteadyClock::now();
  ASSIGN_OR_RETURN(const std::uint64_t came, SyncAll(*installed));
  const double seconds = Seconds(SteadyClock::now() - begin).count();
  RETURN_IF_ERROR(CheckCount(came, records));
  const client::Traffic traffic = installed->transport().traffic();
  bench.figures.Add({"first_pull_sqlite",
                     static_cast<double>(came) / seconds,
                     "1/s",
                     {},
                     StrCat("the same by the device library, into its SQLite; ",
                            traffic.round_trips, " exchanges, ",
                            traffic.bytes_received >> 20, " MiB")});
  return absl::OkStatus();
}

absl::Status EmptyPulls(Bench& bench) {
  ASSIGN_OR_RETURN(const Devices devices, Visitors(bench));
  const std::size_t threads = bench.scale.threads;
  std::atomic<std::uint64_t> pulls = 0;
  double seconds = 0;
  const auto work = [&](std::size_t first, const Ready& ready) -> absl::Status {
    // Once each before it counts: connections are made.
    for (std::size_t i = first; i < devices.size(); i += threads) {
      RETURN_IF_ERROR(devices[i]->Pull().status());
    }
    ready();
    return AskInTurn(devices, first, bench.scale, pulls);
  };
  RETURN_IF_ERROR(InThreads(threads, work, &seconds));
  bench.figures.Add({"empty_pull",
                     static_cast<double>(pulls) / seconds,
                     "1/s",
                     {},
                     StrCat(devices.size(), " devices that are up to date, ",
                            threads, " at a time")});
  return absl::OkStatus();
}

}  // namespace chasqui::benchmarks
