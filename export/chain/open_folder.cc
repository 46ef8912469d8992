#include "export/chain/open_folder.h"

#include "export/chain/local_folder.h"
#include "export/chain/s3_folder.h"
#include "export/chain/s3_place.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

absl::StatusOr<std::unique_ptr<Folder>> OpenFolder(std::string_view place) {
  if (place.starts_with(kS3Scheme)) return OpenS3Folder(place);
  const std::string_view scheme = place.substr(0, place.find('/'));
  if (scheme.size() > 1 && scheme.ends_with(':') &&
      place.substr(scheme.size()).starts_with("//")) {
    return absl::InvalidArgumentError(
        StrCat("there is no way to ", scheme,
               "// places: give a directory, or s3://BUCKET/PREFIX"));
  }
  return std::make_unique<LocalFolder>(place);
}

}  // namespace chasqui::exporting
