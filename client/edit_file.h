// Edits written down as text, one save a line: for training, for field
// debugging, for repeating what happened.
//
//   {"edit": UUID, "set": {PATH: TEXT or null}, "status": STATUS}
//   {"create": UUID, "area": CODE, "set": {…}, "status": STATUS}
//   {"delete": UUID}
//
// Null clears the field. Values are written as registers and exports write them
// (sync/value_text.h); the choices of a select-multiple are separated by
// blanks.

#ifndef CHASQUI_CLIENT_EDIT_FILE_H_
#define CHASQUI_CLIENT_EDIT_FILE_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/device_form.h"
#include "client/local_survey.h"
#include "sync/ids.h"

namespace chasqui::client {

enum class SaveKind : std::uint8_t { kEdit, kCreate, kDelete };

// One save, as written down.
struct WrittenSave {
  SaveKind kind = SaveKind::kEdit;
  RecordId record;
  std::string area;    // of a creation
  std::string status;  // empty: stays
  std::vector<std::pair<std::string, std::optional<std::string>>> set;
};

// One line. InvalidArgument says what is wrong with it.
absl::StatusOr<WrittenSave> ReadSave(std::string_view line);

// Opens the record, does what is written and saves it. A save that would
// change nothing is left out. Errors: those of LocalSurvey, and
// InvalidArgument naming the field and what its value is not.
absl::Status DoSave(const WrittenSave& save, const DeviceForm& form,
                    LocalSurvey& survey);

}  // namespace chasqui::client

#endif  // CHASQUI_CLIENT_EDIT_FILE_H_
