#include "server/access_service.h"

#include <string>
#include <utility>

#include "server/access/organisation.h"
#include "server/audit.h"
#include "server/fleet.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/config.h"

namespace chasqui::server {
namespace {

using access::Caller;

// What owners do: `act` with who calls.
template <typename Act>
grpc::ServerUnaryReactor* ForOwners(const Surroundings& around,
                                    const char* call,
                                    grpc::CallbackServerContext* context,
                                    Act act) {
  return Answer(around, call, context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Caller caller, around.authenticator.Who(*context));
    RETURN_IF_ERROR(access::AuthorizeOwner(caller));
    return act(*around.organisation, caller.person);
  });
}

absl::Status Enrolled(const Surroundings& around,
                      const v1::EnrolRequest& request,
                      v1::EnrolResponse& response) {
  ASSIGN_OR_RETURN(const seal::PublicKey key,
                   seal::PublicKey::FromBytes(request.public_key()));
  // What it seals must be known by the same key.
  if (around.keyring->Find(request.device()).value_or(key) != key) {
    return absl::FailedPreconditionError(
        StrCat("device ", request.device(),
               " was known by another key before: give another name"));
  }
  ASSIGN_OR_RETURN(const access::Admission admission,
                   around.organisation->Enrol(request.code(), request.device(),
                                              key, request.person()));
  RETURN_IF_ERROR(around.keyring->Meet(request.device(), key).status());
  response.set_person(admission.person);
  response.set_token(admission.token);
  response.set_expires_ms(admission.expires_ms);
  response.set_now_ms(around.NowMs());
  response.set_server_key(
      std::string(around.keyring->own().public_key().view()));
  for (const std::string& name : around.catalog.List()) {
    ASSIGN_OR_RETURN(const SurveyStore* const store, around.catalog.Find(name));
    ASSIGN_OR_RETURN(const auto reader, store->Snapshot());
    const Member* const member = reader->survey().FindMember(admission.person);
    if (member == nullptr || member->left != 0) continue;
    if (access::ReachOf(member->role, access::Right::kSync) ==
        access::Reach::kNothing) {
      continue;
    }
    response.add_surveys(name);
  }
  return absl::OkStatus();
}

}  // namespace

grpc::ServerUnaryReactor* AccessService::Enrol(
    grpc::CallbackServerContext* context, const v1::EnrolRequest* request,
    v1::EnrolResponse* response) {
  const Surroundings& around = organisations_.OfCode(request->code());
  return Answer(around, "Enrol", context, [=, &around] {
    return AsGuess(around, *context,
                   [&] { return Enrolled(around, *request, *response); });
  });
}

grpc::ServerUnaryReactor* AccessService::SignIn(
    grpc::CallbackServerContext* context, const v1::SignInRequest* request,
    v1::SignInResponse* response) {
  const Surroundings& any = organisations_.Of(*context);
  return Answer(any, "SignIn", context, [=, this, &any] {
    return AsGuess(any, *context, [&]() -> absl::Status {
      ASSIGN_OR_RETURN(const Surroundings* const around,
                       organisations_.Named(request->organisation()));
      ASSIGN_OR_RETURN(
          const access::Admission admission,
          around->organisation->SignIn(request->person(), request->password()));
      response->set_token(admission.token);
      response->set_expires_ms(admission.expires_ms);
      return absl::OkStatus();
    });
  });
}

grpc::ServerUnaryReactor* AccessService::InviteDevice(
    grpc::CallbackServerContext* context,
    const v1::InviteDeviceRequest* request,
    v1::InviteDeviceResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(
      around, "InviteDevice", context, [=, &around]() -> absl::Status {
        ASSIGN_OR_RETURN(const Caller caller,
                         around.authenticator.Who(*context));
        RETURN_IF_ERROR(MayManage(caller, request->person(), around));
        const std::int64_t valid = request->valid_ms() == 0
                                       ? access::kCodeDefaultMs
                                       : request->valid_ms();
        const std::int64_t now = around.NowMs();
        ASSIGN_OR_RETURN(*response->mutable_code(),
                         around.organisation->Invite(caller.person,
                                                     request->person(), valid));
        response->set_expires_ms(now + valid);
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AccessService::ListDevices(
    grpc::CallbackServerContext* context, const v1::ListDevicesRequest* request,
    v1::ListDevicesResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "ListDevices", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Caller caller, around.authenticator.Who(*context));
    return ListFleet(around, caller, *request, *response);
  });
}

grpc::ServerUnaryReactor* AccessService::ChangeDevice(
    grpc::CallbackServerContext* context,
    const v1::ChangeDeviceRequest* request, v1::ChangeDeviceResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(
      around, "ChangeDevice", context, [=, &around]() -> absl::Status {
        ASSIGN_OR_RETURN(const Caller caller,
                         around.authenticator.Who(*context));
        // Of one that is not there it is told to owners only.
        const auto device = around.organisation->DeviceNamed(request->device());
        RETURN_IF_ERROR(
            MayManage(caller, device.ok() ? device->person : "", around));
        switch (request->standing()) {
          case v1::DEVICE_STANDING_ACTIVE:
          case v1::DEVICE_STANDING_LOCKED:
          case v1::DEVICE_STANDING_WIPING:
          case v1::DEVICE_STANDING_REVOKED:
            return around.organisation->ChangeDevice(
                caller.person, request->device(),
                static_cast<access::v1::DeviceState>(request->standing()));
          default:
            return absl::InvalidArgumentError(
                "standing must be active, locked, wiping or revoked");
        }
      });
}

grpc::ServerUnaryReactor* AccessService::SetPassword(
    grpc::CallbackServerContext* context, const v1::SetPasswordRequest* request,
    v1::SetPasswordResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return Answer(around, "SetPassword", context, [=, &around]() -> absl::Status {
    ASSIGN_OR_RETURN(const Caller caller, around.authenticator.Who(*context));
    const bool own = !caller.person.empty() && !caller.scopes.has_value() &&
                     caller.person == request->person();
    if (!own) RETURN_IF_ERROR(access::AuthorizeOwner(caller));
    return around.organisation->SetPassword(caller.person, request->person(),
                                            request->password());
  });
}

grpc::ServerUnaryReactor* AccessService::IssueKey(
    grpc::CallbackServerContext* context, const v1::IssueKeyRequest* request,
    v1::IssueKeyResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return ForOwners(
      around, "IssueKey", context,
      [=, &around](access::Organisation& organisation,
                   const std::string& by) -> absl::Status {
        if (request->valid_ms() <= 0 ||
            request->valid_ms() > access::kKeyMaxMs) {
          return absl::InvalidArgumentError(
              StrCat("a key is good for up to ", access::kKeyMaxMs / 86'400'000,
                     " days"));
        }
        access::ApiKey key;
        key.person = request->person();
        key.label = request->label();
        key.expires_ms = around.NowMs() + request->valid_ms();
        key.scopes = {request->scopes().begin(), request->scopes().end()};
        ASSIGN_OR_RETURN(access::IssuedKey issued,
                         organisation.IssueKey(by, std::move(key)));
        response->set_number(issued.number);
        response->set_key(std::move(issued.secret));
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AccessService::ListKeys(
    grpc::CallbackServerContext* context, const v1::ListKeysRequest*,
    v1::ListKeysResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return ForOwners(
      around, "ListKeys", context,
      [=](access::Organisation& organisation, const std::string&) {
        for (const auto& [number, key] : organisation.members().keys) {
          v1::Key& out = *response->add_keys();
          out.set_number(number);
          out.set_person(key.person);
          out.set_label(key.label);
          out.set_issued_ms(key.issued_ms);
          out.set_expires_ms(key.expires_ms);
          out.mutable_scopes()->Assign(key.scopes.begin(), key.scopes.end());
          out.set_revoked(key.revoked);
        }
        return absl::OkStatus();
      });
}

grpc::ServerUnaryReactor* AccessService::RevokeKey(
    grpc::CallbackServerContext* context, const v1::RevokeKeyRequest* request,
    v1::RevokeKeyResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return ForOwners(
      around, "RevokeKey", context,
      [=](access::Organisation& organisation, const std::string& by) {
        return organisation.RevokeKey(by, request->number());
      });
}

grpc::ServerUnaryReactor* AccessService::SetOwner(
    grpc::CallbackServerContext* context, const v1::SetOwnerRequest* request,
    v1::SetOwnerResponse*) {
  const Surroundings& around = organisations_.Of(*context);
  return ForOwners(
      around, "SetOwner", context,
      [=](access::Organisation& organisation, const std::string& by) {
        return organisation.SetOwner(by, request->person(), request->owns());
      });
}

grpc::ServerUnaryReactor* AccessService::ReadAudit(
    grpc::CallbackServerContext* context, const v1::ReadAuditRequest* request,
    v1::ReadAuditResponse* response) {
  const Surroundings& around = organisations_.Of(*context);
  return ForOwners(
      around, "ReadAudit", context,
      [=](access::Organisation& organisation, const std::string& by) {
        return server::ReadAudit(organisation, by, *request, *response);
      });
}

}  // namespace chasqui::server
