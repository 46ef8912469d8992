#include "client/server_address.h"

#include "absl/strings/strip.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr char kTlsPort[] = ":443";

bool HasPort(absl::string_view host) {
  const std::size_t colon = host.rfind(':');
  return colon != absl::string_view::npos &&
         host.find(']', colon) == absl::string_view::npos;
}

}  // namespace

ServerAddress AddressFrom(std::string_view text) {
  ServerAddress address;
  absl::string_view rest = AbslView(text);
  const bool https = absl::ConsumePrefix(&rest, "https://");
  address.tls = https || absl::ConsumePrefix(&rest, "grpcs://");
  address.http = https || absl::ConsumePrefix(&rest, "http://");
  if (address.tls || address.http) absl::ConsumeSuffix(&rest, "/");
  address.at = std::string(rest);
  if (address.tls && !HasPort(rest)) address.at += kTlsPort;
  return address;
}

absl::StatusOr<Ways> WaysTo(std::string_view server, std::string_view http) {
  const ServerAddress first = AddressFrom(server);
  Ways ways;
  ways.tls = first.tls;
  (first.http ? ways.http : ways.grpc) = first.at;
  if (first.http) return ways;
  if (http.empty()) {
    if (first.tls) ways.http = first.at;
    return ways;
  }
  const ServerAddress second = AddressFrom(http);
  const bool has_scheme = second.http || second.tls;
  if (has_scheme && second.tls != first.tls) {
    return absl::InvalidArgumentError(
        StrCat("of ", server, " and ", http,
               " one is encrypted and the other is not: give both by TLS "
               "(grpcs://, https://), or neither"));
  }
  ways.http = second.at;
  return ways;
}

}  // namespace chasqui::client
