// Where an export's files are kept: a directory, or what acts as one.

#ifndef CHASQUI_EXPORT_CHAIN_FOLDER_H_
#define CHASQUI_EXPORT_CHAIN_FOLDER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "export/byte_range.h"
#include "export/formats/table_writer.h"

namespace chasqui::exporting {

// A file under way. Destroyed before Finish() it was never there.
class NewFile : public Sink {
 public:
  // It appears under its name, whole and durable, in place of what was there.
  // The last call.
  virtual absl::Status Finish() = 0;
};

// Names are relative, with '/' between their parts. Thread-compatible.
// Errors: Unavailable for I/O, ResourceExhausted where there is no room left,
// InvalidArgument for what CheckFileName refuses, each with the name.
class Folder {
 public:
  using TakePiece = absl::FunctionRef<absl::Status(std::string_view)>;

  virtual ~Folder() = default;

  // How people call it: a path, or s3://….
  virtual std::string name() const = 0;
  // The files whose name begins with `prefix`, sorted; those under way are not
  // among them. None where the folder itself is not there yet.
  virtual absl::StatusOr<std::vector<std::string>> List(
      std::string_view prefix) const = 0;
  // Bytes of a file, in order; a piece is at most kPieceBytes long. Ends with
  // the first error of `take`. NotFound if there is no such file.
  virtual absl::Status ReadRange(const std::string& file, ByteRange range,
                                 TakePiece take) const = 0;
  // From here on until this object goes nobody else writes to the folder, where
  // the folder can see to that: FailedPrecondition if somebody does. Create()
  // and Remove() begin with it.
  virtual absl::Status Lock() = 0;
  virtual absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& file) = 0;
  // Durably. OK if there was none.
  virtual absl::Status Remove(const std::string& file) = 0;

  // All of a file.
  absl::Status ReadPieces(const std::string& file, TakePiece take) const {
    return ReadRange(file, {}, take);
  }
  // At once. InvalidArgument if it is longer than kWholeBytesMax.
  absl::StatusOr<std::string> Read(const std::string& file) const;

  static constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
  static constexpr std::size_t kWholeBytesMax = std::size_t{64} << 20;
};

// What the names of files end in while they are under way.
inline constexpr std::string_view kUnderWaySuffix = ".chasqui.part";

// InvalidArgument unless `file` stays within the folder: no empty part, none
// that is "." or "..", no NUL, and not the name of a file under way.
absl::Status CheckFileName(std::string_view file);

// A file that has these bytes.
absl::Status WriteFile(Folder& folder, const std::string& file,
                       std::string_view bytes);

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_FOLDER_H_
