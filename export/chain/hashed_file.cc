#include "export/chain/hashed_file.h"

#include "sync/base/status_macros.h"

namespace chasqui::exporting {

absl::StatusOr<std::unique_ptr<HashedFile>> HashedFile::Create(
    Folder& folder, ExportedFile about, const std::string& place) {
  ASSIGN_OR_RETURN(std::unique_ptr<NewFile> file, folder.Create(place));
  return std::make_unique<HashedFile>(std::move(about), std::move(file));
}

absl::Status HashedFile::Append(std::string_view bytes) {
  hash_.Add(bytes);
  about_.bytes += bytes.size();
  return file_->Append(bytes);
}

absl::StatusOr<ExportedFile> HashedFile::Finish() {
  RETURN_IF_ERROR(file_->Finish());
  about_.sha256 = hash_.Hex();
  return about_;
}

}  // namespace chasqui::exporting
