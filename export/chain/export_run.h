// Adds increments to the chain in a folder.

#ifndef CHASQUI_EXPORT_CHAIN_EXPORT_RUN_H_
#define CHASQUI_EXPORT_CHAIN_EXPORT_RUN_H_

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
#include "export/chain/chain.h"
#include "export/chain/folder.h"
#include "export/chain/increment_files.h"
#include "export/chain/manifest.h"
#include "export/increment_source.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

struct ExportSettings {
  std::string survey;
  std::string format;  // what files end in, as EndingOf() has it
  PersonalAnswers personal = PersonalAnswers::kNone;
  // Where a chain begins that has no increment yet; none: with every record.
  // Of a chain that has some it can only be where that ends.
  std::optional<Position> since = {};
  // Whether a chain that begins has the table of every write. One that has some
  // increments goes on as it began.
  bool history = true;
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
// Step() reads one increment from its source, says in kBegunFile that it is
// under way, writes its files, then its manifest, and that is the moment at
// which it is there; then latest/*.sql, which follow from it. So whatever is
// interrupted, at whatever point, the next run finds the chain as it was or
// with one increment more, and files beyond the chain's end are not part of it:
// they are removed.
//
// What a step reads and writes does not grow with the chain: of the manifests
// it reads the last. After a restore of the server, and after a run that was
// interrupted, it looks through the whole folder.
//
// Memory: what the tables' writers hold. After a restore of the server besides
// the manifests, and 16 bytes for each record that has to come again.
class ExportRun {
 public:
  using MakeSource =
      absl::FunctionRef<absl::StatusOr<std::unique_ptr<IncrementSource>>(
          const IncrementRequest& request)>;

  // REQUIRES: `folder` outlives it.
  // FailedPrecondition: the folder has a chain of another survey, format or
  // kind of personal answers, or one with the history, which is not wanted; or
  // somebody else's files; or `since` is not where its chain ends. DataLoss:
  // its chain is damaged. Both name the file. InvalidArgument: no survey is
  // called like that.
  static absl::StatusOr<std::unique_ptr<ExportRun>> Open(
      Folder& folder, ExportSettings settings);

  // `lineage` is the whole one of the server's log now: it says from where on
  // the chain does not hold there any more. Of no account while the chain is
  // empty. FailedPrecondition: the server's log shares nothing with the chain,
  // or, of files for people, not all of the first increment; Aborted: the
  // server was restored while the increment came: again; InvalidArgument:
  // `since` is of another log. Other errors are the folder's, the writers' and
  // the source's. After an error the chain is as it was, unless the message
  // says that the increment is complete.
  absl::StatusOr<ExportStep> Step(const Lineage& lineage,
                                  MakeSource make_source);

  const ChainEnd& end() const { return end_; }

 private:
  ExportRun(Folder& folder, ExportSettings settings, ChainEnd end);

  absl::Status CheckSettings() const;
  absl::Status Prepare();
  // REQUIRES: the chain is empty.
  absl::Status CheckBegun(const std::vector<std::string>& files);
  absl::StatusOr<IncrementRequest> MakeRequest(const Lineage& lineage) const;
  absl::Status WriteIncrement(const IncrementRequest& request,
                              const IncrementSource& source,
                              IncrementFiles& files, std::uint64_t erased);
  absl::Status WriteLatest(bool made);

  Folder& folder_;
  const ExportSettings settings_;
  const std::string whose_;  // what Begin() says: drawn at random
  ChainEnd end_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_EXPORT_RUN_H_
