// Takes what was erased out of the files of an export that are there already.
//
// A file that has personal answers of erased records is made anew, beside its
// place, in rewritten/. When all of them are there a manifest says so, with
// their checksums, and that is the moment at which the chain has them; then
// each takes the place of the old one, at once. So a reader finds each file
// once, under its name, whole, at any time, and whatever is interrupted, at
// whatever point, the chain is whole: before the manifest as it was, after it
// with files on their way to their places. The next rewriting goes on with
// those.

#ifndef CHASQUI_EXPORT_CHAIN_REWRITING_H_
#define CHASQUI_EXPORT_CHAIN_REWRITING_H_

#include <cstddef>
#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain/folder.h"

namespace chasqui::exporting {

struct Rewritten {
  std::size_t erased = 0;    // records that the chain knows to be erased
  std::size_t files = 0;     // made anew
  std::uint64_t cells = 0;   // that had something, and went
  std::size_t finished = 0;  // files that an interrupted rewriting had left
};

// Reads all files of tables; holds the ids of erased records, and what one file
// takes to read and write. Also removes files of an increment that was
// interrupted. FailedPrecondition: there is no export, or it is in a format
// that cannot be read back, or another process writes to the folder;
// Unimplemented: it is as Parquet, and this build is without Arrow. Other
// errors are the folder's; DataLoss names a file that is not as it was written:
// nothing is made of it.
absl::StatusOr<Rewritten> RewriteErased(Folder& folder);

// Whether an interrupted rewriting has left files, on their way or to no end.
absl::StatusOr<bool> IsRewritingUnfinished(const Folder& folder);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_REWRITING_H_
