// What became of a call, as a response of HTTP.
//
//   unary      one response: the message, or the error and its HTTP status;
//              trailers are headers named "trailer-…"
//   streaming  a head, always 200; the messages in envelopes; and one envelope
//              more, which has the error, if any, and the trailers

#ifndef CHASQUI_SERVER_CONNECT_ANSWER_H_
#define CHASQUI_SERVER_CONNECT_ANSWER_H_

#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "connect/error.h"
#include "connect/headers.h"
#include "google/protobuf/descriptor.h"
#include "server/connect/call_request.h"

namespace chasqui::connect {

// How a call ended. OK: the rest of `error` says nothing.
struct Ending {
  Error error;
  Headers trailers;

  bool ok() const { return error.code == absl::StatusCode::kOk; }
};

Ending EndingOf(const absl::Status& status);

// The answer of a unary call that went well. `message` is in protobuf's bytes.
// Internal: it cannot be spelt as asked.
absl::StatusOr<HttpResponse> MessageResponse(
    const AnswerForm& form, std::string_view message,
    const google::protobuf::Descriptor& type, const Headers& headers,
    const Headers& trailers);

// REQUIRES: !ending.ok().
HttpResponse ErrorResponse(const Ending& ending, const Headers& headers);

HttpResponse StreamHead(const AnswerForm& form, const Headers& headers);
// One message of a stream, in its envelope; errors as MessageResponse.
absl::StatusOr<std::string> StreamMessage(
    const AnswerForm& form, std::string_view message,
    const google::protobuf::Descriptor& type);
std::string StreamEnd(const Ending& ending);

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_ANSWER_H_
