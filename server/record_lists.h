// The reading half of RecordService: records, history, conflicts, quarantine,
// page by page.

#ifndef CHASQUI_SERVER_RECORD_LISTS_H_
#define CHASQUI_SERVER_RECORD_LISTS_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/record_service.pb.h"
#include "server/access/grant.h"
#include "sync/reader.h"

namespace chasqui::server {

// What `grant` is for; the rest is as if it were not there.
//
// Errors: InvalidArgument for a page token that no response gave, a page size
// over the limit, an area the survey does not have; NotFound; the reader's.
absl::Status GetRecord(const Reader& reader, const access::Grant& grant,
                       const v1::GetRecordRequest& request,
                       v1::GetRecordResponse& response);
absl::Status ListRecords(const Reader& reader, const access::Grant& grant,
                         const v1::ListRecordsRequest& request,
                         v1::ListRecordsResponse& response);
absl::Status GetHistory(const Reader& reader, const access::Grant& grant,
                        const v1::GetHistoryRequest& request,
                        v1::GetHistoryResponse& response);
absl::Status ListConflicts(const Reader& reader, const access::Grant& grant,
                           const v1::ListConflictsRequest& request,
                           v1::ListConflictsResponse& response);
absl::Status ListQuarantine(const Reader& reader, const access::Grant& grant,
                            const v1::ListQuarantineRequest& request,
                            v1::ListQuarantineResponse& response);

absl::Status GetQuarantined(const Reader& reader, const access::Grant& grant,
                            const v1::GetQuarantinedRequest& request,
                            v1::GetQuarantinedResponse& response);

// Whether `grant` is for the change in quarantine at `seq`: for its record, or,
// where that is not there, for whatever somebody must decide about.
absl::StatusOr<bool> HasHeld(const Reader& reader, const access::Grant& grant,
                             Seq seq);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_RECORD_LISTS_H_
