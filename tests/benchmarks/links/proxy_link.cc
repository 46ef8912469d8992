#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <map>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "sync/base/mutex.h"
#include "sync/base/str_cat.h"
#include "tests/benchmarks/links/link.h"

namespace chasqui::benchmarks {
namespace {

// A full segment: 1,500 bytes less its header. Its packet here begins with as
// many bytes, of which the first four name the connection.
constexpr std::size_t kHeaderBytes = kSegmentHeaderBytes;
constexpr std::size_t kSegmentBytes = 1'500 - kHeaderBytes;

sockaddr_in Loopback(std::uint16_t port) {
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  at.sin_port = htons(port);
  return at;
}

int ConnectToLoopback(std::uint16_t port) {
  const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const sockaddr_in to = Loopback(port);
  if (::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to) !=
      0) {
    close(socket);
    return -1;
  }
  return socket;
}

// Both ends of a connection that goes through.
struct Relayed {
  std::array<int, 2> ends = {-1, -1};  // client's, server's
  std::array<bool, 2> read_through = {false, false};
};

class ProxyLink final : public Link {
 public:
  ProxyLink(int listening, int stop, std::uint16_t own_port, std::uint16_t port,
            const LinkTrace& trace, std::uint64_t seed)
      : listening_(listening),
        stop_(stop),
        address_(StrCat("127.0.0.1:", own_port)),
        port_(port),
        ways_{Shaper(trace, Way::kUp, seed, Losing::kLate),
              Shaper(trace, Way::kDown, seed + 1, Losing::kLate)} {
    thread_ = std::thread([this] { Run(); });
  }
  ~ProxyLink() override {
    eventfd_write(stop_, 1);
    thread_.join();
    for (const auto& [number, relayed] : relayed_) {
      for (const int end : relayed.ends) close(end);
    }
    close(listening_);
    close(stop_);
  }

  std::string address() const override { return address_; }
  LinkCounts Counts() const override {
    const MutexLock lock(mutex_);
    return {ways_[0].counts(), ways_[1].counts()};
  }

 private:
  using Clocks = std::chrono::steady_clock;

  std::int64_t NowUs() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(Clocks::now() -
                                                                 began_)
        .count();
  }
  void Run();
  void Accept();
  // Reads what waits at one end, and puts it on its way.
  void Read(std::uint32_t number, std::size_t side)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Hands over what has arrived. When to look again.
  std::optional<std::int64_t> Deliver();

  const int listening_;
  const int stop_;
  const std::string address_;
  const std::uint16_t port_;
  const Clocks::time_point began_ = Clocks::now();
  std::thread thread_;

  mutable Mutex mutex_;
  std::array<Shaper, 2> ways_ ABSL_GUARDED_BY(mutex_);
  // Only the thread's.
  std::map<std::uint32_t, Relayed> relayed_;
  std::uint32_t latest_ = 0;
};

void ProxyLink::Accept() {
  const int client = accept4(listening_, nullptr, nullptr, SOCK_CLOEXEC);
  if (client < 0) return;
  const int server = ConnectToLoopback(port_);
  if (server < 0) {
    close(client);
    return;
  }
  relayed_[++latest_].ends = {client, server};
}

void ProxyLink::Read(std::uint32_t number, std::size_t side) {
  // Another connection may have filled the queue.
  if (!ways_[side].Fits(kHeaderBytes + kSegmentBytes)) return;
  Relayed& relayed = relayed_[number];
  std::string packet(kHeaderBytes + kSegmentBytes, '\0');
  std::memcpy(packet.data(), &number, sizeof number);
  const ssize_t size = recv(relayed.ends[side], packet.data() + kHeaderBytes,
                            kSegmentBytes, MSG_DONTWAIT);
  // An end is a packet without contents.
  if (size <= 0) relayed.read_through[side] = true;
  packet.resize(kHeaderBytes +
                static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
  ways_[side].Offer(NowUs(), std::move(packet));
}

std::optional<std::int64_t> ProxyLink::Deliver() {
  const MutexLock lock(mutex_);
  std::optional<std::int64_t> next;
  for (std::size_t side = 0; side < ways_.size(); ++side) {
    while (const auto packet = ways_[side].Take(NowUs())) {
      std::uint32_t number = 0;
      std::memcpy(&number, packet->data(), sizeof number);
      const int to = relayed_[number].ends[1 - side];
      if (packet->size() == kHeaderBytes) {
        shutdown(to, SHUT_WR);
        continue;
      }
      // An end that is gone ends the other by itself.
      if (send(to, packet->data() + kHeaderBytes, packet->size() - kHeaderBytes,
               MSG_NOSIGNAL) < 0) {
        shutdown(relayed_[number].ends[side], SHUT_RD);
      }
    }
    const auto due = ways_[side].NextUs();
    if (due.has_value()) next = std::min(next.value_or(*due), *due);
  }
  return next;
}

void ProxyLink::Run() {
  for (;;) {
    const std::optional<std::int64_t> next = Deliver();
    std::vector<pollfd> files = {{stop_, POLLIN, 0}, {listening_, POLLIN, 0}};
    std::vector<std::pair<std::uint32_t, std::size_t>> whose(files.size());
    {
      const MutexLock lock(mutex_);
      for (const auto& [number, relayed] : relayed_) {
        for (std::size_t side = 0; side < ways_.size(); ++side) {
          // A full queue makes the sender wait.
          if (relayed.read_through[side] ||
              !ways_[side].Fits(kHeaderBytes + kSegmentBytes)) {
            continue;
          }
          files.push_back({relayed.ends[side], POLLIN, 0});
          whose.emplace_back(number, side);
        }
      }
    }
    constexpr std::int64_t kUsPerMs = 1'000;
    const int timeout = next.has_value()
                            ? static_cast<int>(std::max<std::int64_t>(
                                  0, (*next - NowUs()) / kUsPerMs + 1))
                            : -1;
    poll(files.data(), files.size(), timeout);
    if (files[0].revents != 0) return;
    if (files[1].revents != 0) Accept();
    const MutexLock lock(mutex_);
    for (std::size_t i = 2; i < files.size(); ++i) {
      if (files[i].revents != 0) Read(whose[i].first, whose[i].second);
    }
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<Link>> StartProxyLink(std::uint16_t port,
                                                     const LinkTrace& trace,
                                                     std::uint64_t seed) {
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int stop = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  sockaddr_in at = Loopback(0);
  socklen_t size = sizeof at;
  auto* const address = reinterpret_cast<sockaddr*>(&at);
  constexpr int kWaiting = 16;
  if (listening < 0 || stop < 0 || bind(listening, address, size) != 0 ||
      listen(listening, kWaiting) != 0 ||
      getsockname(listening, address, &size) != 0) {
    return absl::UnavailableError("the proxy cannot listen");
  }
  return std::make_unique<ProxyLink>(listening, stop, ntohs(at.sin_port), port,
                                     trace, seed);
}

}  // namespace chasqui::benchmarks
