// Requests and responses of a stream as differences to what is expected: the
// head of the .cc says what that is, member by member.

#ifndef CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_
#define CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_

#include "absl/status/status.h"
#include "chasqui/v1/sync_service.pb.h"

namespace chasqui::wire {

// Clears what is as expected. False, and the message is spoilt, if it cannot be
// told as a difference: something is absent that is expected.
bool Elide(const v1::SyncRequest& expected, v1::SyncRequest& request);
bool Elide(const v1::SyncResponse& before, v1::SyncResponse& response);

// Fills in what is absent. InvalidArgument for what is no difference to that.
absl::Status Fill(const v1::SyncRequest& expected, v1::SyncRequest& request);
absl::Status Fill(const v1::SyncResponse& before, v1::SyncResponse& response);

// What of it the next may repeat, and no more.
v1::SyncRequest Repeatable(const v1::SyncRequest& request);
v1::SyncResponse Repeatable(const v1::SyncResponse& response);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_
