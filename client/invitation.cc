#include "client/invitation.h"

#include "absl/strings/str_split.h"
#include "client/server_address.h"
#include "client/trust.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr char kWord[] = "chasqui-enrol";
constexpr std::size_t kServerPart = 2;
constexpr std::size_t kPinsPart = 3;

}  // namespace

absl::StatusOr<Invitation> InvitationByTls(const std::string& server,
                                           const std::string& pem) {
  if (!AddressFrom(server).tls) {
    return absl::InvalidArgumentError(
        "with --trust say in --reached-at where devices reach the server by "
        "TLS: grpcs://HOST:PORT or https://HOST:PORT");
  }
  ASSIGN_OR_RETURN(const std::string pin, PinOfLast(pem));
  return Invitation{"", server, {PinText(pin)}};
}

std::string InvitationText(const Invitation& invitation) {
  std::string text = StrCat(kWord, " ", invitation.code);
  if (!invitation.server.empty()) text += StrCat(" ", invitation.server);
  for (const std::string& pin : invitation.pins) text += StrCat(" ", pin);
  return text;
}

absl::StatusOr<Invitation> ReadInvitation(std::string_view text) {
  if (text.size() > kInvitationBytesMax) {
    return absl::InvalidArgumentError(StrCat("a code has ", text.size(),
                                             " bytes; it may have ",
                                             kInvitationBytesMax));
  }
  const std::vector<std::string> parts = absl::StrSplit(
      AbslView(text), absl::ByAnyChar(" \t\r\n"), absl::SkipEmpty());
  Invitation invitation;
  if (parts.empty() || parts.front() != kWord) {
    invitation.code = std::string(text);
    return invitation;
  }
  if (parts.size() > 1) invitation.code = parts[1];
  if (parts.size() > kServerPart) invitation.server = parts[kServerPart];
  for (std::size_t i = kPinsPart; i < parts.size(); ++i) {
    RETURN_IF_ERROR(PinFromText(parts[i]).status());
    invitation.pins.push_back(parts[i]);
  }
  if (invitation.code.empty()) {
    return absl::InvalidArgumentError("the code is missing after its word");
  }
  return invitation;
}

}  // namespace chasqui::client
