// Progress as people get it, from counters and contacts.

#ifndef CHASQUI_SERVER_PROGRESS_H_
#define CHASQUI_SERVER_PROGRESS_H_

#include "absl/status/statusor.h"
#include "chasqui/v1/progress_service.pb.h"
#include "server/access/contacts.h"
#include "sync/reader.h"

namespace chasqui::server {

// InvalidArgument for a grouping that is not known.
absl::StatusOr<v1::GetProgressResponse> ProgressOf(
    const Reader& reader, const access::Contacts& contacts,
    v1::ProgressGrouping by);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PROGRESS_H_
