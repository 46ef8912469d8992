#include "client/enrolment.h"

#include <chrono>
#include <utility>

#include "chasqui/v1/access_service.grpc.pb.h"
#include "client/grpc_calls.h"
#include "client/grpc_tls.h"
#include "client/http_call.h"
#include "grpcpp/grpcpp.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

constexpr char kEnrolPath[] = "/chasqui.v1.AccessService/Enrol";
constexpr std::chrono::seconds kLimitOfOne(60);
// Where there is another way it is not waited for as long.
constexpr std::chrono::seconds kLimitOfFirst(20);

absl::StatusOr<v1::EnrolResponse> ByGrpc(const Enrolling& enrolling,
                                         const v1::EnrolRequest& request) {
  const grpc::ChannelArguments arguments;
  v1::AccessService::Stub stub(
      enrolling.tls == nullptr
          ? grpc::CreateChannel(enrolling.ways.grpc,
                                grpc::InsecureChannelCredentials())
          : EncryptedChannel(enrolling.ways.grpc, enrolling.tls, arguments));
  grpc::ClientContext context;
  context.set_deadline(
      std::chrono::system_clock::now() +
      (enrolling.ways.http.empty() ? kLimitOfOne : kLimitOfFirst));
  v1::EnrolResponse response;
  const grpc::Status status = stub.Enrol(&context, request, &response);
  if (!status.ok()) return ErrorOf(status, enrolling.tls.get());
  return response;
}

absl::StatusOr<v1::EnrolResponse> ByHttp(const Enrolling& enrolling,
                                         const v1::EnrolRequest& request) {
  ASSIGN_OR_RETURN(const std::string bytes,
                   CallByHttp(enrolling.ways.http, enrolling.tls, kEnrolPath,
                              request.SerializeAsString(), kLimitOfOne));
  v1::EnrolResponse response;
  if (response.ParseFromString(bytes)) return response;
  return absl::UnavailableError(
      StrCat(enrolling.ways.http, ": its answer cannot be read"));
}

bool IsOutOfReach(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsDeadlineExceeded(status);
}

absl::StatusOr<v1::EnrolResponse> ByEither(const Enrolling& enrolling,
                                           const v1::EnrolRequest& request) {
  if (enrolling.ways.grpc.empty()) return ByHttp(enrolling, request);
  auto response = ByGrpc(enrolling, request);
  if (!IsOutOfReach(response.status()) || enrolling.ways.http.empty()) {
    return response;
  }
  auto second = ByHttp(enrolling, request);
  if (!IsOutOfReach(second.status())) return second;
  return absl::UnavailableError(
      StrCat(response.status().message(), "; ", second.status().message()));
}

}  // namespace

absl::StatusOr<Enrolled> Enrol(const Enrolling& enrolling,
                               const seal::PublicKey& key, Clock& clock) {
  v1::EnrolRequest request;
  request.set_code(enrolling.code);
  request.set_device(enrolling.device);
  request.set_person(enrolling.person);
  request.set_public_key(std::string(key.view()));
  ASSIGN_OR_RETURN(const v1::EnrolResponse response,
                   ByEither(enrolling, request));
  Enrolled enrolled;
  enrolled.person = response.person();
  enrolled.surveys = {response.surveys().begin(), response.surveys().end()};
  enrolled.credential = Credential(response.token(), response.expires_ms());
  enrolled.credential.Told(response.now_ms(), clock);
  enrolled.server_key = response.server_key();
  return enrolled;
}

}  // namespace chasqui::client
