// Edits written down as text, one save a line: for training, for field
// debugging, for repeating what happened.
//
//   {"edit": UUID, "set": {PATH: TEXT or null}, "status": STATUS,
//    "rows": [ROW, …]}
//   {"create": UUID, "area": CODE, "set": {…}, "status": STATUS, "rows": […]}
//   {"delete": UUID}
//
// A record that is created, or a row that is added, may be null in place of its
// UUID: the device names it.
//
// Null clears the field. Values are written as registers and exports write them
// (sync/value_text.h); the choices of a select-multiple are separated by
// blanks.
//
// A ROW is what is done with one row of a repeat, in the order written:
//
//   {"add": UUID, "repeat": PATH, "in": UUID, "set": {…}}
//   {"edit": UUID, "set": {…}}
//   {"delete": UUID}
//
// Paths of repeats and of the fields in them are those of the form, whole and
// without row (sync/form/form.h). "in" is the row around the new one; it is
// left out if the repeat is in no other. A row that is added may be edited, be
// deleted and have rows added in it further on in the same save. A deleted row
// goes with the rows in it, and is not added again in that save.

#ifndef CHASQUI_CLIENT_EDIT_FILE_H_
#define CHASQUI_CLIENT_EDIT_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_form.h"
#include "client/local_survey.h"
#include "client/new_ids.h"
#include "sync/ids.h"

namespace chasqui::client {

enum class SaveKind : std::uint8_t { kEdit, kCreate, kDelete };
enum class RowSaveKind : std::uint8_t { kEdit, kAdd, kDelete };

// What is to be in fields, by path; nullopt clears.
using WrittenAnswers =
    std::vector<std::pair<std::string, std::optional<std::string>>>;

// What is done with one row, as written down.
struct WrittenRow {
  RowSaveKind kind = RowSaveKind::kEdit;
  RowId row;           // of an addition, none: not named yet
  std::string repeat;  // of an addition
  RowId parent;        // of an addition; none: directly in the record
  WrittenAnswers set;
};

// One save, as written down.
struct WrittenSave {
  SaveKind kind = SaveKind::kEdit;
  RecordId record;     // of a creation, none: not named yet
  std::string area;    // of a creation
  std::string status;  // empty: stays
  WrittenAnswers set;
  std::vector<WrittenRow> rows;  // done after `set`, in this order
};

// One line. InvalidArgument says what is wrong with it.
absl::StatusOr<WrittenSave> ReadSave(std::string_view line);

// Names what `save` makes and does not name.
void NameNew(WrittenSave& save, NewIds& ids);

// Opens the record, does what is written and saves it. A save that would
// change nothing is left out. Errors: those of LocalSurvey, and
// InvalidArgument naming the row, the field and what is wrong with it; nothing
// is saved then. REQUIRES: all that it makes is named.
absl::Status DoSave(const WrittenSave& save, const DeviceForm& form,
                    LocalSurvey& survey);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_EDIT_FILE_H_
