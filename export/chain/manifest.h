// What says of an increment in a folder that it is there, and what it is.
//
// chasqui/exporting/v1/manifest.proto has the format. What is read here came
// from a folder that anybody may have changed: it is checked before it is used.

#ifndef CHASQUI_EXPORT_CHAIN_MANIFEST_H_
#define CHASQUI_EXPORT_CHAIN_MANIFEST_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "export/batch.h"
#include "export/chain/file_names.h"
#include "export/chain/so_far.h"
#include "export/personal_answers.h"
#include "sync/ids.h"
#include "sync/lineage.h"

namespace chasqui::exporting {

struct ExportedFile {
  std::string name = {};   // in the folder
  std::string table = {};  // empty: the ids of the increment's records
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::string sha256 = {};
};

// INVARIANT: files are of its number, rewritten ones of lower numbers; it has
// no files where it has those.
struct Manifest {
  std::string survey = {};
  std::uint64_t number = 1;
  std::string format = {};
  PersonalAnswers personal = PersonalAnswers::kNone;
  std::optional<Position> since = {};
  Seq from = 0;  // what `since` counts as
  Position to = {};
  Lineage lineage = {};
  // Never null. Increments share them while no table changes.
  std::shared_ptr<const std::vector<TableSchema>> tables = {};
  std::vector<ExportedFile> files = {};  // sorted by name
  std::string previous_sha256 = {};      // empty: this is the first
  // Nullopt: it is an increment. Else files of earlier ones as they are from
  // here on, sorted by name.
  std::optional<std::vector<ExportedFile>> rewritten = {};
  // Nullopt: it was not counted when this was written.
  std::optional<SoFar> so_far = {};
};

// What one row of a kRecords table has in IdsFileName: the record's id, its seq
// with the highest byte first.
inline constexpr std::size_t kIdsEntryBytes = 24;

// The text of the file.
std::string EncodeManifest(const Manifest& manifest);

// The other way round. `place` is the file, for messages. FailedPrecondition:
// it is no manifest, or of a later version; DataLoss: it has been changed since
// it was written.
absl::StatusOr<Manifest> DecodeManifest(std::string_view text,
                                        std::string_view place);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_MANIFEST_H_
