// The increments in a folder, one after the other.

#ifndef CHASQUI_EXPORT_CHAIN_H_
#define CHASQUI_EXPORT_CHAIN_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "export/folder.h"
#include "export/manifest.h"
#include "sync/ids.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

// INVARIANT: for each increment n but the first
//
//   number(n) = number(n-1) + 1            the first has number 1
//   previous_sha256(n) = SHA-256(file of n-1)
//   from(n) = SharedSeq(to(n-1), …)        it goes on where n-1 ended, or where
//                                          a restored server's log leaves it
//   survey, format, personal               as those of n-1
struct Chain {
  std::vector<Manifest> increments;
  std::string last_sha256;  // of the file of the last; empty: there is none

  bool empty() const { return increments.empty(); }
  const Manifest& last() const { return increments.back(); }
};

// Reads the folder's manifests and proves that they are a chain.
// FailedPrecondition: what is there is somebody else's, or of a later release;
// DataLoss: something is missing or was changed. Each names the file.
absl::StatusOr<Chain> ReadChain(const Folder& folder);

// Adds what has just been written as `text`.
// REQUIRES: it keeps the invariant.
void Extend(Chain& chain, Manifest manifest, std::string_view text);

// The last seq that a log which has `now` shares with one that had `then` when
// it had reached `reached`: that of `reached` itself, unless the server was
// restored in between. 0: they share nothing.
Seq SharedSeq(const Position& reached, const Lineage& then, const Lineage& now);

// A restore that the chain has been through: rows of increments before
// `increment` whose seq is past `shared` no longer stand.
struct Restore {
  std::uint64_t increment = 0;
  Seq shared = 0;
};
std::vector<Restore> RestoresIn(const Chain& chain);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_H_
