// Receives a register, and loads it when all of it is there.

#ifndef CHASQUI_SERVER_REGISTER_UPLOAD_H_
#define CHASQUI_SERVER_REGISTER_UPLOAD_H_

#include "chasqui/v1/survey_service.pb.h"
#include "grpcpp/support/server_callback.h"
#include "server/surroundings.h"

namespace chasqui::server {

// The reactor of one call of ImportRegister; it deletes itself.
grpc::ServerReadReactor<v1::ImportRegisterRequest>* ReceiveRegister(
    const Surroundings& around, const grpc::ServerContextBase& context,
    v1::ImportRegisterResponse& response);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_REGISTER_UPLOAD_H_
