// Reading a file of an increment, and whether it is what was written.

#ifndef CHASQUI_EXPORT_CHAIN_CHECKED_READ_H_
#define CHASQUI_EXPORT_CHAIN_CHECKED_READ_H_

#include "absl/status/status.h"
#include "export/chain/folder.h"
#include "export/chain/manifest.h"

namespace chasqui::exporting {

// Hands the file's bytes on piece by piece. DataLoss if there is none, or if in
// the end it had other bytes than its manifest says.
absl::Status ReadChecked(const Folder& folder, const ExportedFile& file,
                         Folder::TakePiece take);
// The same for whoever only wants to know.
absl::Status ReadThrough(const Folder& folder, const ExportedFile& file);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_CHECKED_READ_H_
