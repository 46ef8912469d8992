#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <thread>
#include <utility>

#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/link.h"

namespace chasqui::benchmarks {
namespace {

// One packet of IPv4 that waits at `tun`. What else the kernel says there
// (IPv6 looking for routers) is no part of the link.
std::optional<std::string> ReadPacket(int tun) {
  constexpr std::size_t kPacketBytesMax = 65'536;
  std::array<char, kPacketBytesMax> bytes;
  for (;;) {
    const ssize_t size = read(tun, bytes.data(), bytes.size());
    if (size <= 0) return std::nullopt;
    constexpr int kVersionShift = 4;
    constexpr int kIpv4 = 4;
    if (static_cast<unsigned char>(bytes[0]) >> kVersionShift != kIpv4) {
      continue;
    }
    return std::string(bytes.data(), static_cast<std::size_t>(size));
  }
}

class TunLink final : public Link {
 public:
  TunLink(const TwoPlaces& places, std::uint16_t port, const LinkTrace& trace,
          std::uint64_t seed, int stop)
      : places_(places),
        address_(StrCat(std::string_view(kServerHost), ":", port)),
        stop_(stop),
        up_(trace, Way::kUp, seed),
        down_(trace, Way::kDown, seed + 1) {
    // What is left of the link before.
    while (ReadPacket(places_.client_tun()).has_value()) continue;
    while (ReadPacket(places_.server_tun()).has_value()) continue;
    thread_ = std::thread([this] { Run(); });
  }
  ~TunLink() override {
    eventfd_write(stop_, 1);
    thread_.join();
    close(stop_);
  }

  std::string address() const override { return address_; }
  LinkCounts Counts() const override {
    const MutexLock lock(mutex_);
    return {up_.counts(), down_.counts()};
  }

 private:
  using Time = std::chrono::steady_clock;

  std::int64_t NowUs() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Time::now() -
                                                                 began_)
        .count();
  }
  void Run();
  // All that waits goes in, all that has arrived comes out. When to look again.
  std::optional<std::int64_t> Carry();
  bool WaitUntil(std::optional<std::int64_t> us) const;

  const TwoPlaces& places_;
  const std::string address_;
  const int stop_;  // readable when it is to end
  const Time::time_point began_ = Time::now();
  std::thread thread_;

  mutable Mutex mutex_;
  Shaper up_ ABSL_GUARDED_BY(mutex_);
  Shaper down_ ABSL_GUARDED_BY(mutex_);
};

std::optional<std::int64_t> TunLink::Carry() {
  const MutexLock lock(mutex_);
  std::optional<std::int64_t> next;
  const std::array<std::pair<Shaper*, std::pair<int, int>>, 2> ways = {
      {{&up_, {places_.client_tun(), places_.server_tun()}},
       {&down_, {places_.server_tun(), places_.client_tun()}}}};
  for (const auto& [shaper, ends] : ways) {
    while (auto packet = ReadPacket(ends.first)) {
      shaper->Offer(NowUs(), *std::move(packet));
    }
    while (const auto packet = shaper->Take(NowUs())) {
      // A place that does not take it has lost it, as any host may.
      [[maybe_unused]] const ssize_t written =
          write(ends.second, packet->data(), packet->size());
    }
    const auto due = shaper->NextUs();
    if (due.has_value()) next = std::min(next.value_or(*due), *due);
  }
  return next;
}

// False when it is to end.
bool TunLink::WaitUntil(std::optional<std::int64_t> us) const {
  std::array<pollfd, 3> files = {{{places_.client_tun(), POLLIN, 0},
                                  {places_.server_tun(), POLLIN, 0},
                                  {stop_, POLLIN, 0}}};
  timespec timeout{};
  if (us.has_value()) {
    const std::int64_t left = std::max<std::int64_t>(0, *us - NowUs());
    constexpr std::int64_t kUsPerSecond = 1'000'000;
    timeout.tv_sec = left / kUsPerSecond;
    timeout.tv_nsec = left % kUsPerSecond * 1'000;
  }
  ppoll(files.data(), files.size(), us.has_value() ? &timeout : nullptr,
        nullptr);
  return files[2].revents == 0;
}

void TunLink::Run() {
  while (WaitUntil(Carry())) continue;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Link>> StartTunLink(const TwoPlaces& places,
                                                   std::uint16_t port,
                                                   const LinkTrace& trace,
                                                   std::uint64_t seed) {
  const int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (stop < 0) return absl::UnavailableError("cannot make an eventfd");
  return std::make_unique<TunLink>(places, port, trace, seed, stop);
}

}  // namespace chasqui::benchmarks
