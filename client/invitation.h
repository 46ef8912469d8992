// What a person who brings a tablet is given: on paper, in a message, as a QR
// code.
//
//   chasqui-enrol CODE [SERVER [PIN]…]
//
// SERVER as in server_address.h, PIN as in trust.h. Only CODE is a secret, and
// good for one device.

#ifndef CHASQUI_CLIENT_INVITATION_H_
#define CHASQUI_CLIENT_INVITATION_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"

namespace chasqui::client {

inline constexpr std::size_t kInvitationBytesMax = 2'048;

struct Invitation {
  std::string code;
  std::string server;             // may be empty
  std::vector<std::string> pins;  // as text
};

// To a server that is known by the last certificate of `pem`; the code is still
// to come. InvalidArgument: it is not reached by TLS, there is no certificate.
absl::StatusOr<Invitation> InvitationByTls(const std::string& server,
                                           const std::string& pem);

std::string InvitationText(const Invitation& invitation);

// Also of a code alone, however it was typed. InvalidArgument, with the limit.
absl::StatusOr<Invitation> ReadInvitation(std::string_view text);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_INVITATION_H_
