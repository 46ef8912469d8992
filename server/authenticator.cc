#include "server/authenticator.h"

#include <string_view>

#include "absl/status/status.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::server {
namespace {

absl::StatusOr<std::string> NameIn(const grpc::ServerContextBase& context,
                                   const char* key) {
  const auto& metadata = context.client_metadata();
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    return absl::UnauthenticatedError(
        StrCat("the metadata \"", std::string_view(key), "\" is missing"));
  }
  std::string name(found->second.data(), found->second.size());
  if (!IsName(name)) {
    return absl::UnauthenticatedError(
        StrCat("the metadata \"", std::string_view(key), "\" is no name: 1 to ",
               kNameBytesMax, " letters, digits, '-', '_', '.' or '@'"));
  }
  return name;
}

}  // namespace

absl::StatusOr<access::CallingDevice> MetadataAuthenticator::Device(
    const grpc::ServerContextBase& context) const {
  ASSIGN_OR_RETURN(const std::string name, NameIn(context, "chasqui-device"));
  return Standing(name);
}

absl::StatusOr<access::CallingDevice> MetadataAuthenticator::Standing(
    const std::string& device) const {
  access::CallingDevice calling;
  calling.name = device;
  return calling;
}

absl::StatusOr<access::Caller> MetadataAuthenticator::Who(
    const grpc::ServerContextBase& context) const {
  access::Caller caller;
  caller.operates = true;
  if (context.client_metadata().contains("chasqui-person")) {
    ASSIGN_OR_RETURN(caller.person, NameIn(context, "chasqui-person"));
  }
  return caller;
}

}  // namespace chasqui::server
