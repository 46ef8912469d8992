#include "tests/benchmarks/links/two_places.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <string_view>

#include "absl/status/status.h"
// After net/if.h, which it overlaps.
#include <linux/if_tun.h>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::benchmarks {
namespace {

constexpr char kClientHost[] = "10.77.0.2";
constexpr char kNetmask[] = "255.255.255.252";
constexpr char kDevice[] = "link0";

absl::Status Impossible(std::string_view what) {
  return absl::UnavailableError(
      StrCat("cannot ", what, ": ", std::strerror(errno)));
}

absl::Status WriteTo(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  const bool written = file >= 0 && write(file, text.data(), text.size()) ==
                                        static_cast<ssize_t>(text.size());
  const absl::Status status =
      written ? absl::OkStatus() : Impossible(StrCat("write ", path));
  if (file >= 0) close(file);
  return status;
}

// Root of a user namespace of its own: who this is outside stays as it is.
absl::Status BecomeRootInside() {
  const std::string user = StrCat("0 ", geteuid(), " 1");
  const std::string group = StrCat("0 ", getegid(), " 1");
  if (unshare(CLONE_NEWUSER) != 0) return Impossible("make a user namespace");
  RETURN_IF_ERROR(WriteTo("/proc/self/setgroups", "deny"));
  RETURN_IF_ERROR(WriteTo("/proc/self/uid_map", user));
  return WriteTo("/proc/self/gid_map", group);
}

absl::Status EnterNewNetwork() {
  if (unshare(CLONE_NEWNET) == 0) return absl::OkStatus();
  if (errno != EPERM) return Impossible("make a network namespace");
  RETURN_IF_ERROR(BecomeRootInside());
  if (unshare(CLONE_NEWNET) == 0) return absl::OkStatus();
  return Impossible("make a network namespace");
}

ifreq Asking(const char* device) {
  ifreq request{};
  std::strncpy(request.ifr_name, device, IFNAMSIZ - 1);
  return request;
}

sockaddr AddressOf(const char* host) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  inet_pton(AF_INET, host, &address.sin_addr);
  sockaddr plain{};
  static_assert(sizeof plain == sizeof address);
  std::memcpy(&plain, &address, sizeof plain);
  return plain;
}

absl::Status BringUp(int socket, const char* device) {
  ifreq request = Asking(device);
  request.ifr_flags = IFF_UP | IFF_RUNNING;
  if (ioctl(socket, SIOCSIFFLAGS, &request) == 0) return absl::OkStatus();
  return Impossible(StrCat("bring up ", device));
}

// In the present place: the device behind `tun` gets its address.
absl::Status Configure(int socket, const char* host) {
  RETURN_IF_ERROR(BringUp(socket, "lo"));
  ifreq request = Asking(kDevice);
  request.ifr_addr = AddressOf(host);
  if (ioctl(socket, SIOCSIFADDR, &request) != 0) {
    return Impossible("give the device its address");
  }
  request = Asking(kDevice);
  request.ifr_netmask = AddressOf(kNetmask);
  if (ioctl(socket, SIOCSIFNETMASK, &request) != 0) {
    return Impossible("give the device its network");
  }
  return BringUp(socket, kDevice);
}

absl::Status MakeDevice(const char* host, int& tun) {
  tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (tun < 0) return Impossible("open /dev/net/tun");
  ifreq request = Asking(kDevice);
  request.ifr_flags = IFF_TUN | IFF_NO_PI;
  if (ioctl(tun, TUNSETIFF, &request) != 0) {
    return Impossible("make a TUN device");
  }
  const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket < 0) return Impossible("make a socket");
  const absl::Status status = Configure(socket, host);
  close(socket);
  return status;
}

}  // namespace

absl::StatusOr<std::unique_ptr<TwoPlaces>> TwoPlaces::Make() {
  std::unique_ptr<TwoPlaces> places(new TwoPlaces());
  RETURN_IF_ERROR(EnterNewNetwork());
  RETURN_IF_ERROR(MakeDevice(kClientHost, places->client_tun_));
  places->client_ = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  if (places->client_ < 0) return Impossible("hold a network namespace");
  RETURN_IF_ERROR(EnterNewNetwork());
  RETURN_IF_ERROR(MakeDevice(kServerHost, places->server_tun_));
  return places;
}

TwoPlaces::~TwoPlaces() {
  for (const int file : {client_, client_tun_, server_tun_}) {
    if (file >= 0) close(file);
  }
}

bool TwoPlaces::EnterClient() const {
  return setns(client_, CLONE_NEWNET) == 0;
}

}  // namespace chasqui::benchmarks
