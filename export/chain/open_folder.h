// A folder by what people call it.

#ifndef CHASQUI_EXPORT_CHAIN_OPEN_FOLDER_H_
#define CHASQUI_EXPORT_CHAIN_OPEN_FOLDER_H_

#include <memory>
#include <string_view>

#include "absl/status/statusor.h"
#include "export/chain/folder.h"

namespace chasqui::exporting {

// A path, or s3://…; InvalidArgument for other schemes. Otherwise the errors
// are those of OpenS3Folder(). It need not be there yet.
absl::StatusOr<std::unique_ptr<Folder>> OpenFolder(std::string_view place);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_OPEN_FOLDER_H_
