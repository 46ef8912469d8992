#include "client/http_exchange.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "client/device.h"
#include "client/exchange_wire.h"
#include "connect/error.h"
#include "connect/gzip.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr int kHttpOk = 200;
constexpr char kPath[] = "/chasqui.v1.SyncService/Sync";

// A server that failed, or a link that broke, may do better next time.
absl::Status ToTryAgain(const absl::Status& error) {
  const bool broke = error.code() == absl::StatusCode::kUnknown ||
                     error.code() == absl::StatusCode::kInternal ||
                     error.code() == absl::StatusCode::kCancelled;
  return {broke ? absl::StatusCode::kUnavailable : error.code(),
          error.message()};
}

absl::StatusOr<std::string> Decompressed(const connect::Headers& headers,
                                         const std::string& body) {
  const auto encoding =
      connect::FindHeader(headers, "content-encoding").value_or("identity");
  if (encoding == "identity") return body;
  if (encoding == "gzip") return connect::Gunzip(body, kHttpAnswerBytesMax);
  return absl::UnavailableError(
      StrCat("the answer is compressed by ", encoding, ", unasked"));
}

absl::Status NotOurs() {
  return absl::UnavailableError(
      "it was answered, but not by a Chasqui server: does the network want "
      "a password first?");
}

// The lines that say who asks.
std::string ShownIn(const Request& request, std::string_view device) {
  if (request.shown.token.empty()) {
    return StrCat("\r\nchasqui-device: ", device);
  }
  std::string lines = StrCat("\r\nauthorization: Bearer ",
                             absl::WebSafeBase64Escape(request.shown.token));
  if (request.shown.proof.empty()) return lines;
  return StrCat(lines, "\r\nchasqui-proof: ",
                absl::WebSafeBase64Escape(request.shown.proof));
}

}  // namespace

std::int64_t ServerNowIn(const connect::Headers& headers) {
  const auto told = connect::FindHeader(headers, "trailer-chasqui-now-ms");
  std::int64_t now_ms = 0;
  if (!told.has_value() || !absl::SimpleAtoi(AbslView(*told), &now_ms)) {
    return 0;
  }
  return now_ms;
}

std::uint32_t RetryAfterIn(const connect::Headers& headers) {
  const auto told = connect::FindHeader(headers, "trailer-retry-after");
  return RetryAfterMs(told.value_or(""));
}

std::uint32_t RetryAfterMs(std::string_view seconds) {
  constexpr std::uint32_t kSecondsMax = 600;
  std::uint32_t wait_s = 0;
  if (!absl::SimpleAtoi(AbslView(seconds), &wait_s)) return 0;
  return std::min(wait_s, kSecondsMax) * 1'000;
}

HttpAsking AskingOf(const Request& request, std::string_view address,
                    std::string_view device) {
  return PostOf(kPath, address, RequestToWire(request).SerializeAsString(),
                ShownIn(request, device));
}

HttpAsking PostOf(std::string_view path, std::string_view address,
                  std::string message, std::string_view lines) {
  std::string body = std::move(message);
  std::string shorter = connect::Gzip(body);
  const bool gzip = shorter.size() < body.size();
  if (gzip) body = std::move(shorter);
  return {StrCat("POST ", path, " HTTP/1.1\r\nhost: ", address,
                 "\r\ncontent-type: application/proto\r\ncontent-length: ",
                 body.size(), gzip ? "\r\ncontent-encoding: gzip" : "",
                 "\r\naccept-encoding: gzip\r\nconnect-protocol-version: 1"
                 "\r\nconnect-timeout-ms: ",
                 kExchangeTimeoutMs, lines, "\r\n\r\n", body),
          body.size()};
}

absl::StatusOr<std::string> MessageIn(int http_status,
                                      const connect::Headers& headers,
                                      const std::string& body) {
  const absl::StatusOr<std::string> bytes = Decompressed(headers, body);
  if (!bytes.ok()) return absl::UnavailableError(bytes.status().message());
  if (http_status != kHttpOk) {
    return ToTryAgain(connect::ErrorFromResponse(http_status, *bytes));
  }
  const std::string type = connect::MediaType(
      connect::FindHeader(headers, "content-type").value_or(""));
  if (type != "application/proto") return NotOurs();
  return *bytes;
}

absl::StatusOr<Response> AnswerOf(int http_status,
                                  const connect::Headers& headers,
                                  const std::string& body,
                                  const Request& request) {
  ASSIGN_OR_RETURN(const std::string bytes,
                   MessageIn(http_status, headers, body));
  v1::SyncResponse wire;
  if (!wire.ParseFromString(bytes)) return NotOurs();
  return ResponseFromWire(wire, request);
}

}  // namespace chasqui::client
