#ifndef CHASQUI_SERVER_ACCESS_SERVICE_H_
#define CHASQUI_SERVER_ACCESS_SERVICE_H_

#include "chasqui/v1/access_service.grpc.pb.h"
#include "server/organisations.h"

namespace chasqui::server {

// chasqui.v1.AccessService. Thread-safe.
class AccessService final : public v1::AccessService::CallbackService {
 public:
  explicit AccessService(const Organisations& organisations)
      : organisations_(organisations) {}

  grpc::ServerUnaryReactor* Enrol(grpc::CallbackServerContext* context,
                                  const v1::EnrolRequest* request,
                                  v1::EnrolResponse* response) override;
  grpc::ServerUnaryReactor* SignIn(grpc::CallbackServerContext* context,
                                   const v1::SignInRequest* request,
                                   v1::SignInResponse* response) override;
  grpc::ServerUnaryReactor* InviteDevice(
      grpc::CallbackServerContext* context,
      const v1::InviteDeviceRequest* request,
      v1::InviteDeviceResponse* response) override;
  grpc::ServerUnaryReactor* ListDevices(
      grpc::CallbackServerContext* context,
      const v1::ListDevicesRequest* request,
      v1::ListDevicesResponse* response) override;
  grpc::ServerUnaryReactor* ChangeDevice(
      grpc::CallbackServerContext* context,
      const v1::ChangeDeviceRequest* request,
      v1::ChangeDeviceResponse* response) override;
  grpc::ServerUnaryReactor* SetPassword(
      grpc::CallbackServerContext* context,
      const v1::SetPasswordRequest* request,
      v1::SetPasswordResponse* response) override;
  grpc::ServerUnaryReactor* IssueKey(grpc::CallbackServerContext* context,
                                     const v1::IssueKeyRequest* request,
                                     v1::IssueKeyResponse* response) override;
  grpc::ServerUnaryReactor* ListKeys(grpc::CallbackServerContext* context,
                                     const v1::ListKeysRequest* request,
                                     v1::ListKeysResponse* response) override;
  grpc::ServerUnaryReactor* RevokeKey(grpc::CallbackServerContext* context,
                                      const v1::RevokeKeyRequest* request,
                                      v1::RevokeKeyResponse* response) override;
  grpc::ServerUnaryReactor* SetOwner(grpc::CallbackServerContext* context,
                                     const v1::SetOwnerRequest* request,
                                     v1::SetOwnerResponse* response) override;
  grpc::ServerUnaryReactor* ReadAudit(grpc::CallbackServerContext* context,
                                      const v1::ReadAuditRequest* request,
                                      v1::ReadAuditResponse* response) override;

 private:
  const Organisations& organisations_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_ACCESS_SERVICE_H_
