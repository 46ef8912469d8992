#include "server/credential_authenticator.h"

#include <string_view>

#include "absl/strings/escaping.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::server {
namespace {

constexpr std::string_view kBearer = "Bearer ";

std::string_view Find(const grpc::ServerContextBase& context, const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) return {};
  return {found->second.data(), found->second.size()};
}

absl::StatusOr<std::string> Decoded(std::string_view base64, const char* what) {
  std::string bytes;
  if (absl::WebSafeBase64Unescape(AbslView(base64), &bytes)) return bytes;
  return absl::UnauthenticatedError(StrCat("the ", what, " is not base64"));
}

// As it stands after "Bearer ".
absl::StatusOr<std::string_view> BearerIn(
    const grpc::ServerContextBase& context) {
  const std::string_view shown = Find(context, "authorization");
  if (shown.empty()) {
    return absl::UnauthenticatedError(
        "nothing is shown: give a token or a key in \"authorization\"");
  }
  if (shown.substr(0, kBearer.size()) != kBearer) {
    return absl::UnauthenticatedError(
        "\"authorization\" must be \"Bearer \" and a token or a key");
  }
  return shown.substr(kBearer.size());
}

}  // namespace

bool CredentialAuthenticator::Knows(
    const grpc::ServerContextBase& context) const {
  const auto bearer = BearerIn(context);
  if (!bearer.ok()) return false;
  if (access::LooksLikeApiKey(*bearer)) return organisation_.Issued(*bearer);
  const auto token = Decoded(*bearer, "token");
  return token.ok() && organisation_.Issued(*token);
}

absl::StatusOr<access::CallingDevice> CredentialAuthenticator::Device(
    const grpc::ServerContextBase& context) const {
  ASSIGN_OR_RETURN(const std::string_view bearer, BearerIn(context));
  ASSIGN_OR_RETURN(const std::string token, Decoded(bearer, "token"));
  ASSIGN_OR_RETURN(const std::string proof,
                   Decoded(Find(context, "chasqui-proof"), "proof"));
  return organisation_.DeviceOf(token, proof);
}

absl::StatusOr<access::CallingDevice> CredentialAuthenticator::Standing(
    const std::string& device) const {
  return organisation_.DeviceNamed(device);
}

absl::StatusOr<access::Caller> CredentialAuthenticator::Who(
    const grpc::ServerContextBase& context) const {
  ASSIGN_OR_RETURN(const std::string_view bearer, BearerIn(context));
  if (access::LooksLikeApiKey(bearer)) return organisation_.Person(bearer);
  ASSIGN_OR_RETURN(const std::string token, Decoded(bearer, "token"));
  return organisation_.Person(token);
}

}  // namespace chasqui::server
