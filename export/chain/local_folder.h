// A directory as a folder for exports.

#ifndef CHASQUI_EXPORT_CHAIN_LOCAL_FOLDER_H_
#define CHASQUI_EXPORT_CHAIN_LOCAL_FOLDER_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "export/chain/folder.h"

namespace chasqui::exporting {

// A file under way lies in a directory for those, so that what was left there
// is found without looking everywhere; it is synced, renamed and the directory
// of its place synced, as are the directories made for it. The directory itself
// is made with its first file.
//
// INVARIANT: at any time at most one LocalFolder writes to a directory, the one
// that has locked it. What an earlier one left under way goes with the lock.
// Reading needs none.
class LocalFolder final : public Folder {
 public:
  explicit LocalFolder(std::string_view path);
  ~LocalFolder() override;
  LocalFolder(const LocalFolder&) = delete;
  LocalFolder& operator=(const LocalFolder&) = delete;

  std::string name() const override { return path_; }  // absolute
  absl::StatusOr<std::vector<std::string>> List(
      std::string_view prefix) const override;
  absl::Status ReadRange(const std::string& file, ByteRange range,
                         TakePiece take) const override;
  absl::Status Lock() override;
  absl::StatusOr<std::unique_ptr<NewFile>> Create(
      const std::string& file) override;
  absl::Status Remove(const std::string& file) override;

 private:
  std::string under_way() const;

  const std::string path_;
  int lock_ = -1;  // the directory, opened; -1: not locked yet
};

}  // namespace chasqui::exporting

#endif  // CHASQUI_EXPORT_CHAIN_LOCAL_FOLDER_H_
