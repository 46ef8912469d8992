#include "tests/benchmarks/let_in.h"

#include "absl/strings/escaping.h"
#include "chasqui/v1/access_service.grpc.pb.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/status_macros.h"
#include "sync/seal/key_pair.h"

namespace chasqui::benchmarks {

absl::StatusOr<std::string> CodeFor(const ServerProcess& server,
                                    const std::string& person) {
  if (!server.asks_for_credentials()) return "";
  v1::AccessService::Stub office(NewConnection(server.operated_at()));
  v1::InviteDeviceRequest invite;
  invite.set_person(person);
  v1::InviteDeviceResponse invited;
  grpc::ClientContext context;
  RETURN_IF_ERROR(FromGrpc(office.InviteDevice(&context, invite, &invited)));
  return invited.code();
}

absl::Status LetIn(const ServerProcess& server, LoadIdentity& device) {
  ASSIGN_OR_RETURN(const std::string code, CodeFor(server, device.person));
  if (code.empty()) return absl::OkStatus();
  v1::AccessService::Stub stub(NewConnection(server.address()));
  v1::EnrolRequest enrol;
  enrol.set_code(code);
  enrol.set_device(device.device);
  enrol.set_public_key(std::string(seal::KeyPair::Draw().public_key().view()));
  v1::EnrolResponse enrolled;
  grpc::ClientContext context;
  RETURN_IF_ERROR(FromGrpc(stub.Enrol(&context, enrol, &enrolled)));
  device.bearer = absl::WebSafeBase64Escape(enrolled.token());
  return absl::OkStatus();
}

}  // namespace chasqui::benchmarks
