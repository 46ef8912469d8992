// How the Connect protocol names and maps the codes of errors
// (connectrpc.com/docs/protocol, "Error Codes").

#ifndef CHASQUI_CONNECT_CODES_H_
#define CHASQUI_CONNECT_CODES_H_

#include <optional>
#include <string_view>

#include "absl/status/status.h"

namespace chasqui::connect {

// "invalid_argument". OK has no name: "unknown" stands for it and for codes
// that are none.
std::string_view NameOf(absl::StatusCode code);

// The code of that name; nullopt for a name that is none.
std::optional<absl::StatusCode> CodeNamed(std::string_view name);

// The status of the HTTP response that carries an error of a unary call.
int HttpStatusOf(absl::StatusCode code);

}  // namespace chasqui::connect

#endif  // CHASQUI_CONNECT_CODES_H_
