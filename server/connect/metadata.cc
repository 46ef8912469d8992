#include "server/connect/metadata.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

constexpr std::array<std::string_view, 19> kOfHttp = {
    "accept",
    "accept-encoding",
    "authority",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "expect",
    "host",
    "http2-settings",
    "keep-alive",
    "proxy-authenticate",
    "proxy-connection",
    "te",
    "trailer",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "user-agent",
};

bool IsOfHttp(std::string_view name) {
  return std::find(kOfHttp.begin(), kOfHttp.end(), name) != kOfHttp.end() ||
         absl::StartsWith(AbslView(name), "connect-") ||
         absl::StartsWith(AbslView(name), "grpc-");
}

bool IsBinary(std::string_view name) {
  return absl::EndsWith(AbslView(name), "-bin");
}

bool IsMetadataName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return absl::ascii_islower(static_cast<unsigned char>(c)) ||
           absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '-' ||
           c == '_' || c == '.';
  });
}

bool IsPrintable(std::string_view value) {
  return std::all_of(value.begin(), value.end(),
                     [](char c) { return c >= 0x20 && c <= 0x7e; });
}

absl::StatusOr<std::string> MetadataValue(const std::string& name,
                                          const std::string& value) {
  if (!IsBinary(name)) {
    if (IsPrintable(value)) return value;
    return absl::InvalidArgumentError(
        StrCat("the header \"", name, "\" has more than printable ASCII"));
  }
  std::string bytes;
  if (absl::Base64Unescape(value, &bytes)) return bytes;
  return absl::InvalidArgumentError(
      StrCat("the header \"", name, "\" is not base64"));
}

}  // namespace

absl::StatusOr<Headers> MetadataOf(const Headers& headers) {
  Headers metadata;
  for (const auto& [name, value] : headers) {
    if (IsOfHttp(name)) continue;
    if (!IsMetadataName(name)) {
      return absl::InvalidArgumentError(StrCat(
          "a header's name has more than letters, digits, '-', '_' and '.': \"",
          absl::CHexEscape(name), "\""));
    }
    ASSIGN_OR_RETURN(std::string carried, MetadataValue(name, value));
    metadata.emplace_back(name, std::move(carried));
  }
  return metadata;
}

Headers HeadersOf(
    const std::multimap<grpc::string_ref, grpc::string_ref>& from) {
  Headers headers;
  for (const auto& [key, value] : from) {
    std::string name(key.data(), key.size());
    std::string text(value.data(), value.size());
    if (IsOfHttp(name) || !IsMetadataName(name)) continue;
    if (IsBinary(name)) {
      text = absl::Base64Escape(text);
      text.erase(text.find_last_not_of('=') + 1);
    }
    if (IsPrintable(text)) headers.emplace_back(std::move(name), text);
  }
  return headers;
}

}  // namespace chasqui::connect
