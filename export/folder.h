// Where an export's files are kept: a directory, or what acts as one.

#ifndef CHASQUI_EXPORT_FOLDER_H_
#define CHASQUI_EXPORT_FOLDER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/table_writer.h"

namespace chasqui::exporting {

// A file under way. Destroyed before Finish() it was never there.
class NewFile : public Sink {
 public:
  // It appears under its name, whole and durable, in place of what was there.
  virtual absl::Status Finish() = 0;
};

// Names are relative, with '/' between their parts. Thread-compatible.
// Errors: Unavailable for I/O, ResourceExhausted where there is no room left,
// each with the name.
class Folder {
 public:
  virtual ~Folder() = default;

  // How people call it: a path, or s3://….
  virtual std::string name() const = 0;
  // The files whose name begins with `prefix`, sorted; those under way are not
  // among them.
  virtual absl::StatusOr<std::vector<std::string>> List(
      std::string_view prefix) const = 0;
  // NotFound if there is no such file.
  virtual absl::StatusOr<std::string> Read(const std::string& file) const = 0;
  virtual absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& file) = 0;
  // OK if there was none.
  virtual absl::Status Remove(const std::string& file) = 0;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FOLDER_H_
