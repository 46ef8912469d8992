// What is worth knowing of each of many, and worth no more: small values by
// name, such as when a device last called.

#ifndef CHASQUI_SYNC_NOTES_H_
#define CHASQUI_SYNC_NOTES_H_

#include <map>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui {

// Thread-safe.
class Notes {
 public:
  virtual ~Notes() = default;

  // Puts these in the place of what was noted under their names, all or none. A
  // power cut may take back the latest. ResourceExhausted: the disk is nearly
  // full. Unavailable: I/O.
  virtual absl::Status Keep(
      const std::map<std::string, std::string>& values) = 0;

  // Visits all, by name, until `visit` returns false or an error. DataLoss,
  // Unavailable.
  using Visit = absl::FunctionRef<absl::StatusOr<bool>(std::string_view name,
                                                       std::string_view value)>;
  virtual absl::Status Read(Visit visit) const = 0;
};

}  // namespace chasqui

#endif  // CHASQUI_SYNC_NOTES_H_
