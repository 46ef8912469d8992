#include "tests/benchmarks/load_threads.h"

#include <algorithm>
#include <chrono>
#include <latch>
#include <memory>
#include <thread>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/load_device.h"

namespace chasqui::benchmarks {
namespace {

using SteadyClock = std::chrono::steady_clock;
using Milliseconds = std::chrono::duration<double, std::milli>;
using Seconds = std::chrono::duration<double>;

// What one thread saw.
struct Part {
  std::vector<double> exchange_ms;
  std::uint64_t changes = 0;
  std::uint64_t bytes = 0;
  v1::SyncResponse answer;
};

void TellClocks(v1::SyncRequest& request) {
  const Exchange now = ClocksNow();
  v1::ExchangeClock& clock = *request.mutable_clock();
  clock.set_mono_ms(now.mono_ms);
  clock.set_wall_ms(now.wall_ms);
}

absl::Status SendAll(Load& load, const std::string& address, Check check,
                     const Ready& ready, Part& part) {
  constexpr int kConnectSeconds = 20;
  const auto channel = NewConnection(address);
  const bool connected = channel->WaitForConnected(
      std::chrono::system_clock::now() + std::chrono::seconds(kConnectSeconds));
  ready();
  if (!connected) {
    return absl::UnavailableError(StrCat("no connection to ", address));
  }
  v1::SyncService::Stub stub(channel);
  part.exchange_ms.reserve(load.requests.size());
  for (v1::SyncRequest& request : load.requests) {
    TellClocks(request);
    v1::SyncResponse response;
    const auto begin = SteadyClock::now();
    RETURN_IF_ERROR(CallSync(stub, load.device, request, response));
    part.exchange_ms.push_back(
        Milliseconds(SteadyClock::now() - begin).count());
    if (check == Check::kYes) {
      RETURN_IF_ERROR(CheckAnswer(request, response));
    }
    part.changes +=
        static_cast<std::uint64_t>(request.surveys(0).batch().changes_size());
    part.bytes += request.ByteSizeLong();
    part.answer.Swap(&response);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status InThreads(
    std::size_t threads,
    const std::function<absl::Status(std::size_t, const Ready&)>& work,
    double* seconds) {
  std::vector<absl::Status> ended(threads);
  std::latch all_ready(static_cast<std::ptrdiff_t>(threads) + 1);
  std::vector<std::thread> running;
  for (std::size_t i = 0; i < threads; ++i) {
    running.emplace_back([&, i] {
      bool told = false;
      ended[i] = work(i, [&] {
        told = true;
        all_ready.arrive_and_wait();
      });
      if (!told) all_ready.count_down();
    });
  }
  all_ready.arrive_and_wait();
  const auto begin = SteadyClock::now();
  for (std::thread& thread : running) thread.join();
  if (seconds != nullptr)
    *seconds = Seconds(SteadyClock::now() - begin).count();
  for (const absl::Status& status : ended) RETURN_IF_ERROR(status);
  return absl::OkStatus();
}

absl::StatusOr<LoadRun> RunLoad(std::vector<Load>& loads,
                                const std::string& address, Check check) {
  std::vector<Part> parts(loads.size());
  LoadRun run;
  RETURN_IF_ERROR(InThreads(
      loads.size(),
      [&](std::size_t i, const Ready& ready) {
        return SendAll(loads[i], address, check, ready, parts[i]);
      },
      &run.seconds));
  for (Part& part : parts) {
    run.changes += part.changes;
    run.bytes_sent += part.bytes;
    run.exchange_ms.insert(run.exchange_ms.end(), part.exchange_ms.begin(),
                           part.exchange_ms.end());
    run.answer.Swap(&part.answer);
  }
  std::sort(run.exchange_ms.begin(), run.exchange_ms.end());
  return run;
}

}  // namespace chasqui::benchmarks
