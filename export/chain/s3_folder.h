// A prefix of a bucket of object storage as a folder for exports.

#ifndef CHASQUI_EXPORT_CHAIN_S3_FOLDER_H_
#define CHASQUI_EXPORT_CHAIN_S3_FOLDER_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "export/chain/folder.h"

namespace chasqui::exporting {

// `place` is s3://BUCKET[/PREFIX][?PARAMETER=VALUE[&…]].
//
// Who asks, and where, is said as Amazon's own programs have it said, by
// AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_PROFILE and
// what that names, AWS_REGION, AWS_ENDPOINT_URL (where the store is somebody
// else's) and AWS_CA_BUNDLE. Parameters are those that Arrow takes (region,
// scheme, endpoint_override, …), and retry_seconds.
//
// What the folder promises stands on what object storage does:
//
//   whole or not   An object is there, whole, once its upload was completed,
//                  and is kept then: there is nothing to rename and to sync.
//                  Larger ones go up in parts; given up, their parts are taken
//                  away. Parts of a process that was killed are kept, unseen
//                  and charged for, until a rule of the bucket ends them
//                  (AbortIncompleteMultipartUpload).
//   one writer     Nothing keeps a second one out: Lock() does nothing.
//   errors         What may pass (throttling, errors of the server, a lost
//                  connection) is tried again, at growing intervals, for
//                  retry_seconds (60).
//
// InvalidArgument for a place that is none, Unimplemented in a build without
// Arrow. Before the process ends, everything that it gave must be gone.
absl::StatusOr<std::unique_ptr<Folder>> OpenS3Folder(std::string_view place);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_S3_FOLDER_H_
