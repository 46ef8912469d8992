#include "export/chain/verify.h"

#include <algorithm>
#include <map>

#include "export/chain/checked_read.h"
#include "export/chain/manifest.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

bool IsAmong(const std::vector<std::string>& files, const std::string& file) {
  return std::binary_search(files.begin(), files.end(), file);
}

class Verifier {
 public:
  Verifier(const Folder& folder, std::vector<std::string> there,
           bool read_files)
      : folder_(folder), there_(std::move(there)), read_files_(read_files) {}

  void AddRewriting(const Manifest& manifest) {
    if (!manifest.rewritten.has_value()) return;
    for (const ExportedFile& file : *manifest.rewritten) {
      versions_[file.name].push_back(&file);
    }
  }

  absl::Status Verify(const ExportedFile& file, ChainReport& report) const {
    if (!IsAmong(there_, file.name)) {
      return absl::DataLossError(
          StrCat(folder_.name(), "/", file.name, " is missing"));
    }
    const ExportedFile* now = &file;
    const ExportedFile* before = &file;
    const auto rewritten = versions_.find(file.name);
    if (rewritten != versions_.end()) {
      const auto& versions = rewritten->second;
      now = versions.back();
      if (versions.size() > 1) before = versions[versions.size() - 2];
    }
    ++report.files;
    report.bytes += now->bytes;
    if (!file.table.empty()) report.rows += now->rows;
    return VerifyBytes(*now, *before, report);
  }

 private:
  // What is on its way to its place is whole, and what is there as it was
  // before.
  absl::Status VerifyBytes(const ExportedFile& now, const ExportedFile& before,
                           ChainReport& report) const {
    ExportedFile on_its_way = now;
    on_its_way.name = RewrittenName(now.name);
    const bool waits = &now != &before && IsAmong(there_, on_its_way.name);
    if (!read_files_) {
      if (waits) ++report.unfinished;
      return absl::OkStatus();
    }
    absl::Status found = ReadThrough(folder_, now);
    if (found.ok() || !waits) return found;
    if (ReadThrough(folder_, on_its_way).ok() &&
        ReadThrough(folder_, before).ok()) {
      ++report.unfinished;
      return absl::OkStatus();
    }
    // It may have reached its place meanwhile.
    return ReadThrough(folder_, now).ok() ? absl::OkStatus() : found;
  }

  const Folder& folder_;
  const std::vector<std::string> there_;
  const bool read_files_;
  // Of each file, what the rewritings made of it, one after the other.
  std::map<std::string, std::vector<const ExportedFile*>> versions_;
};

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
                     .restores = last.so_far->restores.size(),
                     .to = last.to,
                     .erased = last.so_far->erased};
  Verifier verifier(folder, there, read_files);
  for (const Manifest& manifest : chain.increments) {
    ++(manifest.rewritten.has_value() ? report.rewritings : report.increments);
    verifier.AddRewriting(manifest);
  }
  for (const Manifest& manifest : chain.increments) {
    for (const ExportedFile& file : manifest.files) {
      RETURN_IF_ERROR(verifier.Verify(file, report));
    }
  }
  report.leftovers = static_cast<std::size_t>(std::count_if(
      there.begin(), there.end(),
      [&](const std::string& file) { return IsBeyond(file, &last); }));
  return report;
}

}  // namespace chasqui::exporting
