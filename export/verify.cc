#include "export/verify.h"

#include <algorithm>

#include "export/checked_read.h"
#include "export/manifest.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

absl::Status VerifyFile(const Folder& folder, const ExportedFile& file,
                        const std::vector<std::string>& there,
                        bool read_files) {
  if (!std::binary_search(there.begin(), there.end(), file.name)) {
    return absl::DataLossError(
        StrCat(folder.name(), "/", file.name, " is missing"));
  }
  if (!read_files) return absl::OkStatus();
  return ReadChecked(folder, file,
                     [](std::string_view) { return absl::OkStatus(); });
}

}  // namespace

absl::StatusOr<ChainReport> VerifyChain(const Folder& folder, bool read_files) {
  ASSIGN_OR_RETURN(const Chain chain, ReadChain(folder));
  if (chain.empty()) {
    return absl::FailedPreconditionError(
        StrCat(folder.name(), " has no export in it"));
  }
  // After the manifests: what they name was there before them.
  ASSIGN_OR_RETURN(const std::vector<std::string> there, folder.List(""));
  const Manifest& last = chain.last();
  ChainReport report{.survey = last.survey,
                     .format = last.format,
                     .increments = chain.increments.size(),
                     .restores = RestoresIn(chain).size(),
                     .to = last.to};
  for (const Manifest& manifest : chain.increments) {
    for (const ExportedFile& file : manifest.files) {
      RETURN_IF_ERROR(VerifyFile(folder, file, there, read_files));
      ++report.files;
      report.bytes += file.bytes;
      if (!file.table.empty()) report.rows += file.rows;
    }
  }
  report.leftovers = static_cast<std::size_t>(
      std::count_if(there.begin(), there.end(), [&](const std::string& file) {
        return IncrementOf(file).value_or(0) > last.number;
      }));
  return report;
}

}  // namespace chasqui::exporting
