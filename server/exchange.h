// One exchange with a device: changes and cursors up, outcomes and news down.
//
//   decode, hash               the caller's thread
//   submit, survey by survey   all at once; each committer groups with others
//   answer, pull, encode       a worker, when the last commit is done; an
//                              exchange that brings no changes goes straight on

#ifndef CHASQUI_SERVER_EXCHANGE_H_
#define CHASQUI_SERVER_EXCHANGE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/surroundings.h"

namespace chasqui::server {

// How what a device has to say came: from itself, or sealed in a file, in which
// case it has not called.
enum class Arrival { kByLink, kInFile };

// Calls `done` once, on any thread, with `response` filled in; until then both
// messages must stay. What is wrong with one survey's part is said in that
// part. An error is of the call as a whole: the envelope is malformed, or no
// survey could be served for want of disk or because the server is closing.
void Exchange(const Surroundings& around, const access::CallingDevice& device,
              const v1::SyncRequest& request, v1::SyncResponse& response,
              std::function<void(absl::Status)> done,
              Arrival arrival = Arrival::kByLink);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_EXCHANGE_H_
