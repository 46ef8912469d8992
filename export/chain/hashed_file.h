// A new file of an increment, which knows what has gone into it.

#ifndef CHASQUI_EXPORT_CHAIN_HASHED_FILE_H_
#define CHASQUI_EXPORT_CHAIN_HASHED_FILE_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/chain/folder.h"
#include "export/chain/manifest.h"
#include "export/sha256.h"

namespace chasqui::exporting {

class HashedFile final : public Sink {
 public:
  // `about` has its name and table. It is written to `place`, which is its name
  // unless it is to come there later.
  static absl::StatusOr<std::unique_ptr<HashedFile>> Create(
      Folder& folder, ExportedFile about, const std::string& place);
  HashedFile(ExportedFile about, std::unique_ptr<NewFile> file)
      : about_(std::move(about)), file_(std::move(file)) {}

  absl::Status Append(std::string_view bytes) override;
  void AddRows(std::size_t rows) { about_.rows += rows; }
  // It is there. The last call.
  absl::StatusOr<ExportedFile> Finish();

 private:
  ExportedFile about_;
  const std::unique_ptr<NewFile> file_;
  Sha256 hash_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_HASHED_FILE_H_
