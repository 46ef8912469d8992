// A file of a table in an export, to be read back.

#ifndef CHASQUI_EXPORT_CHAIN_STORED_TABLE_H_
#define CHASQUI_EXPORT_CHAIN_STORED_TABLE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "export/batch.h"
#include "export/chain/folder.h"
#include "export/chain/manifest.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

// What it refers to outlives it.
struct StoredTable {
  const Folder& folder;
  const ExportedFile& file;
  const TableSchema& schema;  // as the manifest of its increment has it

  std::string place() const { return StrCat(folder.name(), "/", file.name); }
};

// The cells of one row, texts as they are and booleans as "true" or "false".
using TextCells = std::vector<std::optional<std::string_view>>;
using TakeCells = absl::FunctionRef<absl::Status(const TextCells&)>;

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_STORED_TABLE_H_
