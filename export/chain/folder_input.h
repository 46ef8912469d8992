// A file of a folder, as Arrow reads one.

#ifndef CHASQUI_EXPORT_CHAIN_FOLDER_INPUT_H_
#define CHASQUI_EXPORT_CHAIN_FOLDER_INPUT_H_

#include <memory>

#include "absl/status/status.h"
#include "export/chain/stored_table.h"

namespace arrow {
class Status;
namespace io {
class RandomAccessFile;
}  // namespace io
}  // namespace arrow

namespace chasqui::exporting {

// Thread-compatible. REQUIRES: what is read goes before this does.
class FolderInput {
 public:
  explicit FolderInput(const StoredTable& table);
  ~FolderInput();

  const std::shared_ptr<arrow::io::RandomAccessFile>& file() const {
    return file_;
  }
  // An error of Arrow's in our words: the folder's own, if that is what it came
  // from, or DataLoss.
  absl::Status StatusOf(const arrow::Status& status) const;

 private:
  class File;
  const StoredTable& table_;
  std::shared_ptr<File> ours_;
  std::shared_ptr<arrow::io::RandomAccessFile> file_;
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_FOLDER_INPUT_H_
