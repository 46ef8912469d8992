// The files of one increment, while it comes.

#ifndef CHASQUI_EXPORT_CHAIN_INCREMENT_FILES_H_
#define CHASQUI_EXPORT_CHAIN_INCREMENT_FILES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/batch.h"
#include "export/chain/folder.h"
#include "export/chain/hashed_file.h"
#include "export/chain/manifest.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// As NewTableWriter, for one format.
using MakeWriter = std::function<std::unique_ptr<TableWriter>(
    const TableSchema& schema, Sink& sink)>;

// A file per table that has rows, and IdsFileName for those of records. Holds
// no rows but what the tables' writers hold. Destroyed before Finish(), or
// after an error of it, none of what was not finished was ever there.
// Thread-compatible.
class IncrementFiles {
 public:
  // REQUIRES: `folder` outlives it.
  IncrementFiles(Folder& folder, std::uint64_t number, std::string format,
                 MakeWriter make_writer);
  ~IncrementFiles();
  IncrementFiles(const IncrementFiles&) = delete;
  IncrementFiles& operator=(const IncrementFiles&) = delete;

  // InvalidArgument if its table is not as CheckTables has it.
  absl::Status Add(const Batch& batch);
  // Every file is there, durably: what the manifest says of them. The last
  // call.
  absl::StatusOr<std::vector<ExportedFile>> Finish();

 private:
  class TableFile;

  absl::Status AddIds(const Batch& batch);

  Folder& folder_;
  const std::uint64_t number_;
  const std::string format_;
  const MakeWriter make_writer_;
  std::map<std::string, std::unique_ptr<TableFile>> tables_;  // by name
  std::unique_ptr<HashedFile> ids_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_INCREMENT_FILES_H_
