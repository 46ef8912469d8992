// Which records a restored server has to send again.

#ifndef CHASQUI_EXPORT_CHAIN_RETRACTION_H_
#define CHASQUI_EXPORT_CHAIN_RETRACTION_H_

#include <vector>

#include "absl/status/statusor.h"
#include "export/chain/chain.h"
#include "export/chain/folder.h"
#include "sync/ids.h"

namespace chasqui::exporting {

// The records of which the chain has a row whose seq is past `shared`, sorted:
// what they have come to, or that they are gone, is for the log to say that has
// only what is up to `shared`. DataLoss if a file is not as its manifest says.
absl::StatusOr<std::vector<RecordId>> RecordsPast(const Chain& chain,
                                                  Seq shared,
                                                  const Folder& folder);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_RETRACTION_H_
