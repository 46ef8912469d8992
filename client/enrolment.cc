#include "client/enrolment.h"

#include <chrono>

#include "chasqui/v1/access_service.grpc.pb.h"
#include "client/grpc_calls.h"
#include "grpcpp/grpcpp.h"

namespace chasqui::client {

absl::StatusOr<Enrolled> Enrol(const Enrolling& enrolling,
                               const seal::PublicKey& key, Clock& clock) {
  v1::AccessService::Stub stub(grpc::CreateChannel(
      enrolling.server, grpc::InsecureChannelCredentials()));
  v1::EnrolRequest request;
  request.set_code(enrolling.code);
  request.set_device(enrolling.device);
  request.set_person(enrolling.person);
  request.set_public_key(std::string(key.view()));
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() +
                       std::chrono::minutes(1));
  v1::EnrolResponse response;
  const grpc::Status status = stub.Enrol(&context, request, &response);
  if (!status.ok()) return ErrorOf(status);
  Enrolled enrolled;
  enrolled.person = response.person();
  enrolled.surveys = {response.surveys().begin(), response.surveys().end()};
  enrolled.credential = Credential(response.token(), response.expires_ms());
  enrolled.credential.Told(response.now_ms(), clock);
  enrolled.server_key = response.server_key();
  return enrolled;
}

}  // namespace chasqui::client
