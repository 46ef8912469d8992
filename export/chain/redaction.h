// Which cells of an export are to be gone: the personal answers of records that
// were erased.
//
//   tables of records and of their rows    the columns of personal fields
//   history, conflicts, attachments        what a write, a conflict or a file
//                                          says, where `path` is of such a
//                                          field
//
// Rows stay, and so do the ids, moments and people in them, as in the server's
// log. Where a table says of its rows that they are erased, these do.

#ifndef CHASQUI_EXPORT_CHAIN_REDACTION_H_
#define CHASQUI_EXPORT_CHAIN_REDACTION_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "export/batch.h"
#include "sync/ids.h"

namespace chasqui::exporting {

// What becomes of the cells of one column of a file, in the rows concerned.
enum class CellFate : std::uint8_t {
  kStays,
  kGoes,        // it becomes null
  kSaysErased,  // it becomes true
};

// For the columns of one file.
struct FileRedaction {
  std::vector<CellFate> fates;
  std::optional<std::size_t> id;    // the column `_id`
  std::optional<std::size_t> path;  // only rows of personal paths are concerned

  // Whether any cell of any row could go.
  bool concerns_any() const;
};

class Redaction {
 public:
  void AddErased(const RecordId& record) { erased_.insert(record); }
  // A personal field, and a column that holds its answers.
  void AddPersonal(const std::string& table, const std::string& column,
                   const std::string& path);

  std::size_t erased() const { return erased_.size(); }
  bool empty() const { return erased_.empty() || personal_.empty(); }
  // `names` are what the columns of a file of the table are called: as those of
  // the table, or as one of these, a '/' and more, where a column became
  // several.
  FileRedaction ForFile(const TableSchema& table,
                        const std::vector<std::string>& names) const;
  // Whether a row with these cells is concerned. `path` is of no account unless
  // the file goes by it.
  bool Concerns(const FileRedaction& file, std::string_view id,
                std::string_view path) const;

 private:
  bool Goes(const TableSchema& table, std::string_view column) const;

  std::set<RecordId> erased_;
  std::map<std::string, std::set<std::string, std::less<>>> personal_;
  std::set<std::string, std::less<>> paths_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_REDACTION_H_
