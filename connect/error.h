// An error as the Connect protocol spells it:
//
//     error      = {"code": NAME, "message": TEXT, "details": [detail, …]}
//     detail     = {"type": FULL NAME, "value": BASE64 without padding}
//     end stream = {"error": error, "metadata": {NAME: [TEXT, …], …}}
//
// Members without anything in them are left out.

#ifndef CHASQUI_CONNECT_ERROR_H_
#define CHASQUI_CONNECT_ERROR_H_

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "connect/headers.h"

namespace chasqui::connect {

// A message of protobuf, by the full name of its type and its bytes.
struct ErrorDetail {
  std::string type;
  std::string value;
};

struct Error {
  absl::StatusCode code = absl::StatusCode::kUnknown;
  std::string message;
  std::vector<ErrorDetail> details;
};

// What is not UTF-8 in the message comes out escaped.
std::string ErrorToJson(const Error& error);

// The last message of a stream: nullptr as `error` if all went well.
std::string EndOfStreamToJson(const Error* error, const Headers& metadata);

// The error in the body of a response with `http_status`. A body that has none
// of Connect's comes from somebody on the way, such as a proxy whose server is
// away, or a network that wants a password first: Unavailable, with the status
// in its text. (The protocol would take a 401 or 403 of theirs for the
// server's, and a device would stop to try.) Never OK.
absl::Status ErrorFromResponse(int http_status, std::string_view body);

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_ERROR_H_
