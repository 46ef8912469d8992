#include "server/connect/answer.h"

#include <utility>

#include "connect/codes.h"
#include "connect/envelope.h"
#include "connect/gzip.h"
#include "server/connect/codec.h"
#include "sync/base/check.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::connect {
namespace {

// Gzip's own head and tail are 18 bytes: less than this seldom gets shorter.
constexpr std::size_t kWorthCompressing = 128;

struct Spelt {
  std::string message;
  bool compressed = false;
};

absl::StatusOr<Spelt> Spell(const AnswerForm& form, std::string_view message,
                            const google::protobuf::Descriptor& type) {
  Spelt spelt{std::string(message)};
  if (form.json) {
    ASSIGN_OR_RETURN(spelt.message, BytesToJson(message, type));
  }
  if (!form.gzip || spelt.message.size() < kWorthCompressing) return spelt;
  std::string shorter = Gzip(spelt.message);
  if (shorter.size() < spelt.message.size()) {
    spelt = {std::move(shorter), true};
  }
  return spelt;
}

void AddTrailers(const Headers& trailers, HttpResponse& response) {
  for (const auto& [name, value] : trailers) {
    response.headers.emplace_back(StrCat("trailer-", name), value);
  }
}

}  // namespace

Ending EndingOf(const absl::Status& status) {
  Ending ending;
  ending.error.code = status.code();
  ending.error.message = std::string(status.message());
  return ending;
}

absl::StatusOr<HttpResponse> MessageResponse(
    const AnswerForm& form, std::string_view message,
    const google::protobuf::Descriptor& type, const Headers& headers,
    const Headers& trailers) {
  ASSIGN_OR_RETURN(Spelt spelt, Spell(form, message, type));
  HttpResponse response;
  response.headers = headers;
  response.headers.emplace_back(
      "content-type", form.json ? "application/json" : "application/proto");
  if (spelt.compressed) {
    response.headers.emplace_back("content-encoding", "gzip");
  }
  AddTrailers(trailers, response);
  response.body = std::move(spelt.message);
  return response;
}

HttpResponse ErrorResponse(const Ending& ending, const Headers& headers) {
  CHECK(!ending.ok());
  HttpResponse response;
  response.status = HttpStatusOf(ending.error.code);
  response.headers = headers;
  response.headers.emplace_back("content-type", "application/json");
  AddTrailers(ending.trailers, response);
  response.body = ErrorToJson(ending.error);
  return response;
}

HttpResponse StreamHead(const AnswerForm& form, const Headers& headers) {
  HttpResponse response;
  response.headers = headers;
  response.headers.emplace_back(
      "content-type",
      form.json ? "application/connect+json" : "application/connect+proto");
  if (form.gzip) {
    response.headers.emplace_back("connect-content-encoding", "gzip");
  }
  return response;
}

absl::StatusOr<std::string> StreamMessage(
    const AnswerForm& form, std::string_view message,
    const google::protobuf::Descriptor& type) {
  ASSIGN_OR_RETURN(const Spelt spelt, Spell(form, message, type));
  return EncodeEnvelope(
      {spelt.compressed ? kCompressed : std::uint8_t{0}, spelt.message});
}

std::string StreamEnd(const Ending& ending) {
  const std::string json =
      EndOfStreamToJson(ending.ok() ? nullptr : &ending.error, ending.trailers);
  return EncodeEnvelope({kEndOfStream, json});
}

}  // namespace chasqui::connect
