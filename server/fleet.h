// Whose devices somebody looks after, and how those are.

#ifndef CHASQUI_SERVER_FLEET_H_
#define CHASQUI_SERVER_FLEET_H_

#include <string>

#include "absl/status/status.h"
#include "chasqui/v1/access_service.pb.h"
#include "server/access/grant.h"
#include "server/surroundings.h"

namespace chasqui::server {

// Whether `caller` may do what concerns the devices of `person`: owners may,
// and whoever manages a survey that the person collects in. PermissionDenied.
absl::Status MayManage(const access::Caller& caller, const std::string& person,
                       const Surroundings& around);

// AccessService.ListDevices, by whoever calls.
absl::Status ListFleet(const Surroundings& around, const access::Caller& caller,
                       const v1::ListDevicesRequest& request,
                       v1::ListDevicesResponse& response);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_FLEET_H_
