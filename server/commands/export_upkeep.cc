#include "server/commands/export_upkeep.h"

#include <cstdio>
#include <memory>

#include "export/chain/open_folder.h"
#include "export/chain/rewriting.h"
#include "export/chain/verify.h"
#include "export/formats/table_writer.h"
#include "sync/base/status_macros.h"
#include "sync/cursor.h"

namespace chasqui::commands {

void PrintErased(const exporting::Folder& folder, const std::string& format,
                 std::uint64_t records) {
  if (records == 0) return;
  const std::string way =
      exporting::IsForPeople(format)
          ? "export to another folder, and remove " + folder.name()
          : "`chasqui export --rewrite --to " + folder.name() +
                "` takes them out";
  std::printf(
      "records were erased (%llu rows say so), and earlier files may still "
      "have their personal answers: %s\n",
      static_cast<unsigned long long>(records), way.c_str());
}

void PrintUnfinished(const exporting::Folder& folder) {
  std::printf(
      "a rewriting was interrupted: `chasqui export --rewrite --to %s` goes on "
      "with it\n",
      folder.name().c_str());
}

absl::Status VerifyExport(const std::string& place) {
  ASSIGN_OR_RETURN(const auto folder, exporting::OpenFolder(place));
  ASSIGN_OR_RETURN(const exporting::ChainReport found,
                   exporting::VerifyChain(*folder, /*read_files=*/true));
  std::printf("%s: %s, %zu increments, %zu files, %llu rows, up to %s\n",
              folder->name().c_str(), found.survey.c_str(), found.increments,
              found.files, static_cast<unsigned long long>(found.rows),
              ToText(found.to).c_str());
  if (found.rewritings > 0) {
    std::printf("%zu rewritings of what was erased\n", found.rewritings);
  }
  if (found.leftovers > 0) {
    std::printf("%zu files of an increment that was interrupted\n",
                found.leftovers);
  }
  if (found.unfinished > 0) PrintUnfinished(*folder);
  PrintErased(*folder, found.format, found.erased);
  return absl::OkStatus();
}

absl::Status RewriteExport(const std::string& place) {
  ASSIGN_OR_RETURN(const auto folder, exporting::OpenFolder(place));
  ASSIGN_OR_RETURN(const exporting::Rewritten done,
                   exporting::RewriteErased(*folder));
  if (done.finished > 0) {
    std::printf("%zu files of a rewriting that was interrupted\n",
                done.finished);
  }
  std::printf(
      "%s: %zu records were erased; %llu of their answers taken out of %zu "
      "files\n",
      folder->name().c_str(), done.erased,
      static_cast<unsigned long long>(done.cells), done.files);
  return absl::OkStatus();
}

}  // namespace chasqui::commands
