// Files and directories that survive a power cut once they are said to be
// there.
//
// Errors: ResourceExhausted where there is no room left, else Unavailable; each
// says what could not be done, with which path, and why.

#ifndef CHASQUI_EXPORT_DURABLE_FILE_H_
#define CHASQUI_EXPORT_DURABLE_FILE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "export/byte_range.h"

namespace chasqui::exporting {

// A file that is written from its beginning under a name for the time being.
// Removed when this object goes, unless it was moved to its place.
class DurableFile {
 public:
  explicit DurableFile(std::string path);
  ~DurableFile();
  DurableFile(const DurableFile&) = delete;
  DurableFile& operator=(const DurableFile&) = delete;

  // Once, before the other calls.
  absl::Status Open();
  // After an error it only repeats that.
  absl::Status Append(std::string_view bytes);
  // It is there, whole and durable, in place of what was. The last call. An
  // fsync that failed is not tried again: what it left on the disk is unknown.
  absl::Status MoveTo(const std::string& place);

 private:
  absl::Status Flush();

  const std::string path_;
  int file_ = -1;
  std::string buffer_;
  absl::Status status_;
};

// Those of `path` that are not there, each durably.
absl::Status MakeDirectories(const std::string& path);
absl::Status SyncDirectory(const std::string& path);
std::string DirectoryOf(const std::string& path);

// NotFound if there is none. Ends with the first error of `take`.
absl::Status ReadFilePieces(
    const std::string& path, ByteRange range, std::size_t piece_bytes,
    absl::FunctionRef<absl::Status(std::string_view)> take);

absl::Status IoError(int error, std::string_view what, std::string_view path);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_DURABLE_FILE_H_
