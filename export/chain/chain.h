// The manifests in a folder, one after the other.

#ifndef CHASQUI_EXPORT_CHAIN_CHAIN_H_
#define CHASQUI_EXPORT_CHAIN_CHAIN_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain/folder.h"
#include "export/chain/manifest.h"
#include "sync/ids.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

// INVARIANT: for each manifest n but the first
//
//   number(n) = number(n-1) + 1            the first has number 1
//   previous_sha256(n) = SHA-256(file of n-1)
//   from(n) = SharedSeq(to(n-1), …)        it goes on where n-1 ended, or where
//                                          a restored server's log leaves it
//   survey, format, personal               as those of n-1
//   so_far(n) = SoFarOf(n-1, n, …)         where it says so
struct Chain {
  // Those of rewritings too. Only the last has its so_far.
  std::vector<Manifest> increments;
  std::string last_sha256;  // of the file of the last; empty: there is none

  bool empty() const { return increments.empty(); }
  const Manifest& last() const { return increments.back(); }
};

// Reads the folder's manifests and proves that they are a chain.
// FailedPrecondition: what is there is somebody else's, or of a later release;
// DataLoss: something is missing or was changed. Each names the file.
absl::StatusOr<Chain> ReadChain(const Folder& folder);

// Adds the manifest that `text` is.
// REQUIRES: it keeps the invariant.
void Extend(Chain& chain, Manifest manifest, std::string_view text);

// What it takes to go on from the end of a chain.
struct ChainEnd {
  std::optional<Manifest> last;  // with its so_far
  std::string sha256;            // of its file
  // No file beyond it can be there.
  bool clean = false;

  bool empty() const { return !last.has_value(); }
  std::uint64_t next() const { return last.has_value() ? last->number + 1 : 1; }
};

// Reads the last manifest alone, whatever there is before it, if kBegunFile is
// right about where it is; else all of them. Errors as of ReadChain().
absl::StatusOr<ChainEnd> FindEnd(const Folder& folder);

// Says which manifest is under way, and that it is `whose`: a text without
// spaces, another for each process. From here on files of it may be there.
//
// INVARIANT: it is written before the first file that its number is in the name
// of, so that the last manifest there is has this number or the one before.
inline constexpr char kBegunFile[] = "manifests/begun";
absl::Status Begin(Folder& folder, std::uint64_t number,
                   std::string_view whose);

// Writes the manifest that follows, and so makes true what it says; `end` is
// then that one. FailedPrecondition: another process writes to the folder, as
// far as can be seen in it (Begin() is not `whose`, or the manifest not the
// one written): what is there of `manifest` cannot be relied on.
absl::Status Commit(Folder& folder, Manifest manifest, std::string_view whose,
                    ChainEnd& end);

// Whether `file` is of an increment after `last`, which was never made; after
// none, of any. If `last` is a rewriting, which has no files of its number,
// those are beyond it too: an export that it overtook has left them.
bool IsBeyond(std::string_view file, const Manifest* last);
// Removes those of `files`, which are all there are.
absl::Status RemoveBeyond(Folder& folder, const Manifest* last,
                          const std::vector<std::string>& files);

// What the chain comes to with `next`, in which so many rows say that they were
// erased (erasures.h).
// REQUIRES: `last` has its so_far; nullptr: `next` is the first.
SoFar SoFarOf(const Manifest* last, const Manifest& next, std::uint64_t erased);

// The last seq that a log which has `now` shares with one that had `then` when
// it had reached `reached`: that of `reached` itself, unless the server was
// restored in between. 0: they share nothing.
Seq SharedSeq(const Position& reached, const Lineage& then, const Lineage& now);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_CHAIN_H_
