// The organisation's journal, as people read it.

#ifndef CHASQUI_SERVER_AUDIT_H_
#define CHASQUI_SERVER_AUDIT_H_

#include <cstddef>
#include <string>

#include "absl/status/status.h"
#include "chasqui/v1/access_service.pb.h"
#include "server/access/organisation.h"

namespace chasqui::server {

// Entries looked at for one answer, wanted or not.
inline constexpr std::size_t kAuditLookedAtMax = 20'000;

// AccessService.ReadAudit, by `by`, who may. DataLoss: the journal is damaged.
absl::Status ReadAudit(access::Organisation& organisation,
                       const std::string& by,
                       const v1::ReadAuditRequest& request,
                       v1::ReadAuditResponse& response);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_AUDIT_H_
