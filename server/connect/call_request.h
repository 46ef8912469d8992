// A request of HTTP, understood as a call by the Connect protocol.

#ifndef CHASQUI_SERVER_CONNECT_CALL_REQUEST_H_
#define CHASQUI_SERVER_CONNECT_CALL_REQUEST_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "absl/status/status.h"
#include "connect/headers.h"
#include "google/protobuf/descriptor.h"

namespace chasqui::connect {

struct HttpRequest {
  std::string verb;    // "POST"
  std::string target;  // path and query
  Headers headers;
  std::string body;
};

// A whole response; of a stream, its head: then there is no body, but chunks.
struct HttpResponse {
  int status = 200;
  Headers headers;
  std::string body;
};

// Of that status, and no more.
inline HttpResponse WithStatus(int status) {
  HttpResponse response;
  response.status = status;
  return response;
}

// How the answer is to be spelt.
struct AnswerForm {
  bool streaming = false;  // enveloped messages, and errors in the last
  bool json = false;
  bool gzip = false;  // whether the caller reads it
};

struct CallRequest {
  const google::protobuf::MethodDescriptor* method = nullptr;
  AnswerForm form;
  std::optional<std::int64_t> timeout_ms;
  Headers metadata;
  std::string message;  // in protobuf's bytes, not compressed
};

// An error that is told as the protocol tells errors.
struct Refused {
  AnswerForm form;
  absl::Status why;
};

// What `request` asks for: a call; a refusal by an error of Connect; or one by
// HTTP alone, where there is no such thing (404), not by that verb (405), or
// not in that media type (415).
//
// Every method of every service linked into the process is known here; whether
// one is served, gRPC will say.
std::variant<CallRequest, Refused, HttpResponse> ReadCall(
    const HttpRequest& request, std::size_t message_bytes_max);

// How an error is told to whoever sent these headers.
AnswerForm FormOf(const Headers& headers);

}  // namespace chasqui::connect

#endif  // CHASQUI_SERVER_CONNECT_CALL_REQUEST_H_
