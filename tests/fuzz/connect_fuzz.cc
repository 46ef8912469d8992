// A request of HTTP from anybody: it is a call whose message is within its
// limit and carries what gRPC can, or it is refused in words. The input is
//
//     verb "\n" target "\n" (name ":" value "\n")* "\n" body
//
// and its body is also read as each of the parts that bodies are made of.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "absl/status/status.h"
#include "chasqui/v1/export_service.pb.h"
#include "chasqui/v1/survey_service.pb.h"
#include "chasqui/v1/sync_service.pb.h"
#include "connect/envelope.h"
#include "connect/error.h"
#include "connect/gzip.h"
#include "server/connect/call_request.h"
#include "sync/base/check.h"

namespace chasqui::connect {
namespace {

constexpr std::size_t kMessageMax = std::size_t{64} << 10;

std::string_view TakeLine(std::string_view& bytes) {
  const std::size_t end = bytes.find('\n');
  const std::string_view line = bytes.substr(0, end);
  bytes.remove_prefix(end == std::string_view::npos ? bytes.size() : end + 1);
  return line;
}

HttpRequest RequestIn(std::string_view bytes) {
  HttpRequest request;
  request.verb = TakeLine(bytes);
  request.target = TakeLine(bytes);
  for (std::string_view line = TakeLine(bytes); !line.empty();
       line = TakeLine(bytes)) {
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    request.headers.emplace_back(line.substr(0, colon), line.substr(colon + 1));
  }
  request.body = bytes;
  return request;
}

void CheckCall(const CallRequest& call) {
  CHECK(call.method != nullptr);
  CHECK(!call.method->client_streaming());
  CHECK(call.form.streaming == call.method->server_streaming());
  // What was JSON may get longer as bytes: a digit is up to ten.
  if (!call.form.json) CHECK(call.message.size() <= kMessageMax);
  if (call.timeout_ms.has_value()) CHECK(*call.timeout_ms >= 0);
  for (const auto& [name, value] : call.metadata) {
    CHECK(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_.") ==
          std::string::npos);
    const bool binary =
        name.size() >= 4 && name.substr(name.size() - 4) == "-bin";
    for (const char c : value) CHECK(binary || (c >= 0x20 && c <= 0x7e));
  }
}

void CheckParts(const std::string& body) {
  std::string_view left = body;
  while (true) {
    const std::size_t before = left.size();
    const auto envelope = TakeEnvelope(left);
    if (!envelope.ok()) break;
    CHECK(before ==
          left.size() + kEnvelopeHeadBytes + envelope->message.size());
  }
  const auto unzipped = Gunzip(body, kMessageMax);
  CHECK(!unzipped.ok() || unzipped->size() <= kMessageMax);
  CHECK(!ErrorFromResponse(500, body).ok());
}

}  // namespace
}  // namespace chasqui::connect

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  using chasqui::connect::CallRequest;
  using chasqui::connect::HttpResponse;
  using chasqui::connect::Refused;
  // Linked in, so that there is something to be called.
  static_cast<void>(chasqui::v1::SyncRequest::descriptor());
  static_cast<void>(chasqui::v1::GetSurveyRequest::descriptor());
  static_cast<void>(chasqui::v1::ExportTablesRequest::descriptor());

  const auto request =
      chasqui::connect::RequestIn({reinterpret_cast<const char*>(data), size});
  const auto read =
      chasqui::connect::ReadCall(request, chasqui::connect::kMessageMax);
  if (const auto* const call = std::get_if<CallRequest>(&read)) {
    chasqui::connect::CheckCall(*call);
  } else if (const auto* const refused = std::get_if<Refused>(&read)) {
    CHECK(!refused->why.ok());
    CHECK(!refused->why.message().empty());
  } else {
    CHECK(std::get<HttpResponse>(read).status >= 400);
  }
  chasqui::connect::CheckParts(request.body);
  return 0;
}
