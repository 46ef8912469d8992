// Requests and responses of a stream as differences to what is expected: the
// head of the .cc says what that is, member by member.

#ifndef CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_
#define CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_

#include <functional>
#include <map>
#include <string>

#include "absl/status/status.h"
#include "chasqui/v1/sync_service.pb.h"

namespace chasqui::wire {

// Of a request, by survey: h of the last change of its batch, 16 bytes. Surveys
// without changes are not in it.
using LastHashes = std::map<std::string, std::string, std::less<>>;

// Clears what is as expected. False, and the message is spoilt, if it cannot be
// told as a difference: something is absent that is expected.
bool Elide(const v1::SyncRequest& expected, v1::SyncRequest& request);
bool Elide(const v1::SyncResponse& before, v1::SyncResponse& response);

// Fills in what is absent; of a response, knowing of each survey h of the last
// change sent. InvalidArgument for what is no difference to that.
absl::Status Fill(const v1::SyncRequest& expected, v1::SyncRequest& request);
absl::Status Fill(const v1::SyncResponse& before, const LastHashes& last,
                  v1::SyncResponse& response);

// What of it the next may repeat, and no more; of a response, with the buckets
// that it has, or else those that were to be repeated of the one before.
v1::SyncRequest Repeatable(const v1::SyncRequest& request);
v1::SyncResponse Repeatable(const v1::SyncResponse& response,
                            const v1::SyncResponse& before);

}  // namespace chasqui::wire

#endif  // CHASQUI_SYNC_WIRE_STREAM_DIFFERENCES_H_
