// Adds increments to the chain in a folder.

#ifndef CHASQUI_EXPORT_EXPORT_RUN_H_
#define CHASQUI_EXPORT_EXPORT_RUN_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain.h"
#include "export/folder.h"
#include "export/increment_files.h"
#include "export/increment_source.h"
#include "export/manifest.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

struct ExportSettings {
  std::string survey;
  std::string format;  // what files end in, as EndingOf() has it
  PersonalAnswers personal = PersonalAnswers::kNone;
  // Where a chain begins that has no increment yet; none: with every record.
  // Of a chain that has some it can only be where that ends.
  std::optional<Position> since;
  MakeWriter make_writer;
};

// What came of one step.
struct ExportStep {
  // Whether there is a new increment, the chain's last. If not: nothing has
  // changed since the chain's end.
  bool made = false;
  // Records that came again since a restored server does not have what the
  // chain had of them.
  std::size_t retracted = 0;
};

// A folder's chain, and who adds to it. Thread-compatible.
//
// Step() reads one increment from its source, writes its files, then its
// manifest, and that is the moment at which it is there; then latest/*.sql,
// which follow from the chain. So whatever is interrupted, at whatever point,
// the next run finds the chain as it was or with one increment more, and files
// beyond the chain's end are not part of it: they are removed.
//
// Memory: what the tables' writers hold, and the manifests. After a restore of
// the server besides 16 bytes for each record that has to come again.
class ExportRun {
 public:
  using MakeSource =
      absl::FunctionRef<absl::StatusOr<std::unique_ptr<IncrementSource>>(
          const IncrementRequest& request)>;

  // REQUIRES: `folder` outlives it.
  // FailedPrecondition: the folder has a chain of another survey, format or
  // kind of personal answers; or somebody else's files; or `since` is not where
  // its chain ends. DataLoss: its chain is damaged. Both name the file.
  static absl::StatusOr<std::unique_ptr<ExportRun>> Open(
      Folder& folder, ExportSettings settings);

  // `lineage` is the whole one of the server's log now: it says from where on
  // the chain does not hold there any more. Of no account while the chain is
  // empty. FailedPrecondition: the server's log shares nothing with the chain,
  // or, of files for people, not all of the first increment; Aborted: the
  // server was restored while the increment came: again. Other errors are the
  // folder's, the writers' and the source's. After an error the chain is as it
  // was, unless the message says that the increment is complete.
  absl::StatusOr<ExportStep> Step(const Lineage& lineage,
                                  MakeSource make_source);

  const Chain& chain() const { return chain_; }

 private:
  ExportRun(Folder& folder, ExportSettings settings, Chain chain);

  absl::Status CheckSettings() const;
  absl::Status Prepare();
  // REQUIRES: the chain is empty.
  absl::Status CheckBegun(const std::vector<std::string>& files);
  absl::Status RemoveLeftovers(const std::vector<std::string>& files);
  absl::StatusOr<IncrementRequest> MakeRequest(const Lineage& lineage) const;
  absl::Status Commit(Manifest manifest);
  absl::Status WriteLatest(bool made);

  Folder& folder_;
  const ExportSettings settings_;
  Chain chain_;
  // Whether files beyond the chain's end may be there.
  bool leftovers_ = true;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_EXPORT_RUN_H_
