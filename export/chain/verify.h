// Whether an export is whole, from its folder alone.

#ifndef CHASQUI_EXPORT_CHAIN_VERIFY_H_
#define CHASQUI_EXPORT_CHAIN_VERIFY_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "export/chain/chain.h"
#include "export/chain/folder.h"

namespace chasqui::exporting {

struct ChainReport {
  std::string survey;
  std::string format;
  std::size_t increments = 0;
  std::size_t rewritings = 0;
  std::size_t restores = 0;  // of the server, that the chain has been through
  std::size_t files = 0;
  std::uint64_t rows = 0;  // of tables
  std::uint64_t bytes = 0;
  Position to;
  // Files beyond the chain's end: of an increment that was interrupted. The
  // next one removes them.
  std::size_t leftovers = 0;
  // Files that a rewriting has not yet put in their places: what is there is as
  // it was before. `export --rewrite` goes on with it.
  std::size_t unfinished = 0;
  // Records erased since the last rewriting.
  std::uint64_t erased = 0;
};

// Proves that every increment up to the last is there, follows on the one
// before, and has its files; with `read_files` also that each has the bytes
// that its manifest says, or the last rewriting of it. FailedPrecondition:
// there is no export, or somebody else's; DataLoss names the first file that is
// missing or not as written.
absl::StatusOr<ChainReport> VerifyChain(const Folder& folder, bool read_files);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_VERIFY_H_
