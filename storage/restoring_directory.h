#ifndef CHASQUI_STORAGE_RESTORING_DIRECTORY_H_
#define CHASQUI_STORAGE_RESTORING_DIRECTORY_H_

#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::storage {

// A directory that is there whole, or not at all: it is filled under the name
// NAME.restoring, beside its own, which it gets in one step. What stops halfway
// is removed; of a process that was killed, it stays under that name, where
// nobody takes it for a store.
class RestoringDirectory {
 public:
  // At `name` there may be an empty directory, or a symbolic link to one.
  //
  // Errors:
  //   FailedPrecondition   NAME.restoring is there; or NAME is a disk's root,
  //                        which cannot be put in place from outside
  //   Unavailable          I/O
  static absl::StatusOr<std::unique_ptr<RestoringDirectory>> Make(
      const std::string& name);
  ~RestoringDirectory();
  RestoringDirectory(const RestoringDirectory&) = delete;
  RestoringDirectory& operator=(const RestoringDirectory&) = delete;

  // Where to fill it; what is in it is synced by whoever does.
  const std::string& path() const { return path_; }

  // Gives it its name, for good. FailedPrecondition: something came to be
  // there, and was left alone.
  absl::Status Become();

 private:
  RestoringDirectory(std::string name, std::string path);

  const std::string name_;
  const std::string path_;
  bool became_ = false;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_RESTORING_DIRECTORY_H_
