#ifndef CHASQUI_SYNC_WIRE_LOOSE_H_
#define CHASQUI_SYNC_WIRE_LOOSE_H_

#include "chasqui/v1/sync_service.pb.h"

namespace chasqui::wire {

// Whether gzip makes less of it: forms and rows are text with names in it,
// columns and digests as dense as can be. The server compresses what is loose,
// so a device does not know how many bytes of it were on the link.
bool IsLoose(const v1::SyncResponse& response);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_LOOSE_H_
