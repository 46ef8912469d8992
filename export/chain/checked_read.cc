#include "export/chain/checked_read.h"

#include "export/sha256.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

absl::Status ReadChecked(const Folder& folder, const ExportedFile& file,
                         Folder::TakePiece take) {
  Sha256 hash;
  std::uint64_t bytes = 0;
  const absl::Status read =
      folder.ReadPieces(file.name, [&](std::string_view piece) {
        hash.Add(piece);
        bytes += piece.size();
        return take(piece);
      });
  const std::string place = StrCat(folder.name(), "/", file.name);
  if (absl::IsNotFound(read)) {
    return absl::DataLossError(StrCat(place, " is missing"));
  }
  RETURN_IF_ERROR(read);
  if (bytes != file.bytes) {
    return absl::DataLossError(StrCat(
        place, " has ", bytes, " bytes, its manifest says ", file.bytes));
  }
  if (hash.Hex() != file.sha256) {
    return absl::DataLossError(
        StrCat(place, " has another checksum than its manifest says"));
  }
  return absl::OkStatus();
}

absl::Status ReadThrough(const Folder& folder, const ExportedFile& file) {
  return ReadChecked(folder, file,
                     [](std::string_view) { return absl::OkStatus(); });
}

}  // namespace chasqui::exporting
