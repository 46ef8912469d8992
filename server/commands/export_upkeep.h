// What is done to an export that is there already.

#ifndef CHASQUI_SERVER_COMMANDS_EXPORT_UPKEEP_H_
#define CHASQUI_SERVER_COMMANDS_EXPORT_UPKEEP_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "export/chain/folder.h"

namespace chasqui::commands {

// Each says on stdout what it found or did. `place` is a directory, or
// s3://BUCKET/PREFIX.
absl::Status VerifyExport(const std::string& place);
absl::Status RewriteExport(const std::string& place);

// For whoever reads the files of `format`: that they may have what they should
// not have any more, where so many records were erased, and the way out.
void PrintErased(const exporting::Folder& folder, const std::string& format,
                 std::uint64_t records);
void PrintUnfinished(const exporting::Folder& folder);

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_EXPORT_UPKEEP_H_
