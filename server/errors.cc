#include "server/errors.h"

namespace chasqui::server {

std::string PublicMessage(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kDataLoss:
    case absl::StatusCode::kInternal:
    case absl::StatusCode::kUnknown:
      return "the server failed; its log says how";
    default:
      return std::string(status.message());
  }
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return {static_cast<grpc::StatusCode>(status.code()), PublicMessage(status)};
}

}  // namespace chasqui::server
