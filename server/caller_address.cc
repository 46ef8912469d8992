#include "server/caller_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>

#include "server/connect/connection.h"

namespace chasqui::server {
namespace {

constexpr std::size_t kAddressBytesMax = 64;
constexpr std::size_t kNetworkBytes = 8;

std::string_view In(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  // Of several the last: proxies add theirs at the end.
  const auto range = metadata.equal_range(key);
  if (range.first == range.second) return {};
  const grpc::string_ref value = std::prev(range.second)->second;
  return {value.data(), value.size()};
}

std::string_view Trimmed(std::string_view text) {
  constexpr std::string_view kAround = " \t\"";
  const std::size_t begin = text.find_first_not_of(kAround);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(kAround) - begin + 1);
}

std::string_view LastOf(std::string_view list, char by) {
  return Trimmed(list.substr(list.rfind(by) + 1));
}

std::string_view WithoutPort(std::string_view address) {
  if (!address.empty() && address.front() == '[') {
    return address.substr(1, address.find(']') - 1);
  }
  const std::size_t colon = address.find(':');
  const bool one = colon == address.rfind(':');
  return one ? address.substr(0, colon) : address;
}

}  // namespace

std::string NormalAddress(std::string_view address) {
  std::string host(WithoutPort(address).substr(0, kAddressBytesMax));
  in6_addr parsed{};
  if (inet_pton(AF_INET6, host.c_str(), &parsed) != 1) return host;
  std::array<char, INET6_ADDRSTRLEN> text{};
  if (IN6_IS_ADDR_V4MAPPED(&parsed)) {
    constexpr std::size_t kMapped = 12;
    inet_ntop(AF_INET, &parsed.s6_addr[kMapped], text.data(), text.size());
    return text.data();
  }
  std::fill(parsed.s6_addr + kNetworkBytes, std::end(parsed.s6_addr), 0);
  inet_ntop(AF_INET6, &parsed, text.data(), text.size());
  return std::string(text.data()) + "/64";
}

std::string ForwardedAddress(std::string_view forwarded_for,
                             std::string_view forwarded) {
  if (const std::string_view last = LastOf(forwarded_for, ','); !last.empty()) {
    return NormalAddress(last);
  }
  std::string_view rest = LastOf(forwarded, ',');
  while (!rest.empty()) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    std::string_view pair = Trimmed(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    constexpr std::string_view kFor = "for=";
    if (pair.size() < kFor.size()) continue;
    const bool is_for = std::equal(
        kFor.begin(), kFor.end(), pair.begin(), [](char ours, char theirs) {
          return ours == std::tolower(static_cast<unsigned char>(theirs));
        });
    if (is_for) return NormalAddress(Trimmed(pair.substr(kFor.size())));
  }
  return "";
}

std::string CallerAddress(const grpc::ServerContextBase& context,
                          bool behind_proxy) {
  if (behind_proxy) {
    std::string told = ForwardedAddress(In(context, "x-forwarded-for"),
                                        In(context, "forwarded"));
    if (!told.empty()) return told;
  }
  const std::string peer = context.peer();
  // "ipv4:192.0.2.7:1234", "ipv6:%5B2001:db8::7%5D:1234"
  if (peer.rfind("ipv4:", 0) == 0) return NormalAddress(peer.substr(5));
  if (peer.rfind("ipv6:", 0) == 0) {
    std::string address = peer.substr(5);
    for (const auto& [spelt, plain] :
         {std::pair("%5B", "["), std::pair("%5D", "]")}) {
      const std::size_t at = address.find(spelt);
      if (at != std::string::npos) address.replace(at, 3, plain);
    }
    return NormalAddress(address);
  }
  // Only our own port for HTTP reaches us without a network.
  if (peer.rfind("unix:", 0) == 0) return "";
  return NormalAddress(In(context, connect::kPeerHeader));
}

}  // namespace chasqui::server
