#include "export/chain/folder.h"

#include <algorithm>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

absl::StatusOr<std::string> Folder::Read(const std::string& file) const {
  std::string whole;
  RETURN_IF_ERROR(ReadPieces(file, [&](std::string_view piece) {
    if (whole.size() + piece.size() > kWholeBytesMax) {
      return absl::InvalidArgumentError(
          StrCat(name(), "/", file, " is longer than ", kWholeBytesMax,
                 " bytes, the limit for what is read as a whole"));
    }
    whole.append(piece);
    return absl::OkStatus();
  }));
  return whole;
}

absl::Status CheckFileName(std::string_view file) {
  const auto refused = [file](std::string_view why) {
    return absl::InvalidArgumentError(
        StrCat("\"", file, "\" is no name of a file in a folder: ", why));
  };
  if (file.find('\0') != file.npos) return refused("it has a NUL in it");
  if (file.ends_with(kUnderWaySuffix)) {
    return refused(
        StrCat("what ends in ", kUnderWaySuffix, " is a file under way"));
  }
  for (std::size_t begin = 0; begin <= file.size();) {
    const std::size_t end = std::min(file.find('/', begin), file.size());
    const std::string_view part = file.substr(begin, end - begin);
    if (part.empty()) return refused("a part of it is empty");
    if (part == "." || part == "..") {
      return refused(StrCat("it has \"", part, "\" in it"));
    }
    begin = end + 1;
  }
  return absl::OkStatus();
}

absl::Status WriteFile(Folder& folder, const std::string& file,
                       std::string_view bytes) {
  ASSIGN_OR_RETURN(const std::unique_ptr<NewFile> made, folder.Create(file));
  RETURN_IF_ERROR(made->Append(bytes));
  return made->Finish();
}

}  // namespace chasqui::exporting
