// Files for the time being, in the directory that TMPDIR names, or /tmp.

#ifndef CHASQUI_EXPORT_FORMATS_TEMPORARY_FILE_H_
#define CHASQUI_EXPORT_FORMATS_TEMPORARY_FILE_H_

#include <cstdio>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace chasqui::exporting {

std::string TemporaryDirectory();

// A file that others cannot open, gone when this object goes.
class TemporaryFile {
 public:
  // Errors as durable_file.h has them.
  static absl::StatusOr<std::unique_ptr<TemporaryFile>> Create();
  ~TemporaryFile();
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  // From here on it has no name: a process that is killed leaves nothing.
  void Unname();

  const std::string& path() const { return path_; }
  // Open for writing and reading.
  std::FILE* stream() const { return stream_; }

 private:
  TemporaryFile(std::string path, std::FILE* stream);

  const std::string path_;
  std::FILE* const stream_;
  bool named_ = true;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_FORMATS_TEMPORARY_FILE_H_
