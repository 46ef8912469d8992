// How errors reach a client. The only place where an absl::Status becomes a
// grpc::Status.
//
//   inside                            on the wire
//   OK                                OK
//   InvalidArgument, NotFound,        the same code and message: they say what
//   AlreadyExists, OutOfRange,        the caller did and what it can do
//   FailedPrecondition,
//   PermissionDenied,
//   Unauthenticated,
//   ResourceExhausted, Unavailable,
//   Aborted, Cancelled,
//   DeadlineExceeded, Unimplemented
//   DataLoss, Internal, Unknown       the code; the message stays in our log,
//                                     for it may tell of disks and paths

#ifndef CHASQUI_SERVER_ERRORS_H_
#define CHASQUI_SERVER_ERRORS_H_

#include <string>

#include "absl/status/status.h"
#include "grpcpp/support/status.h"

namespace chasqui::server {

grpc::Status ToGrpc(const absl::Status& status);

// What may be told of `status` to the other end.
std::string PublicMessage(const absl::Status& status);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ERRORS_H_
