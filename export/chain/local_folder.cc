#include "export/chain/local_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "export/durable_file.h"
#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

namespace fs = std::filesystem;

std::string Absolute(std::string_view path) {
  std::error_code error;
  const fs::path whole = fs::absolute(fs::path(path), error);
  std::string name =
      error ? std::string(path) : whole.lexically_normal().native();
  while (name.size() > 1 && name.back() == '/') name.pop_back();
  return name;
}

// Calls `visit` with the path of every regular file under `path`.
absl::Status ForEachFile(const std::string& path,
                         absl::FunctionRef<void(const fs::path&)> visit) {
  std::error_code error;
  if (!fs::exists(path, error) && !error) return absl::OkStatus();
  // A disk's own lost+found is not for everybody to look into.
  fs::recursive_directory_iterator entry(
      path, fs::directory_options::skip_permission_denied, error);
  while (!error && entry != fs::recursive_directory_iterator()) {
    if (entry->is_regular_file(error)) visit(entry->path());
    if (!error) entry.increment(error);
  }
  return error ? IoError(error.value(), "list", path) : absl::OkStatus();
}

// Its name, under which no other file can be under way.
std::string FlatName(std::string name) {
  std::replace(name.begin(), name.end(), '/', ':');
  return name;
}

class FileOfFolder final : public NewFile {
 public:
  FileOfFolder(std::string path, std::string under_way)
      : path_(std::move(path)), file_(std::move(under_way)) {}

  absl::Status Open() { return file_.Open(); }
  absl::Status Append(std::string_view bytes) override {
    return file_.Append(bytes);
  }
  absl::Status Finish() override { return file_.MoveTo(path_); }

 private:
  const std::string path_;
  DurableFile file_;
};

}  // namespace

LocalFolder::LocalFolder(std::string_view path) : path_(Absolute(path)) {}

LocalFolder::~LocalFolder() {
  if (lock_ < 0) return;
  // Unless somebody else has put something there.
  rmdir(under_way().c_str());
  close(lock_);
}

std::string LocalFolder::under_way() const {
  return StrCat(path_, "/", kUnderWaySuffix);
}

absl::Status LocalFolder::Lock() {
  if (lock_ >= 0) return absl::OkStatus();
  RETURN_IF_ERROR(MakeDirectories(path_));
  const int opened = open(path_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (opened < 0) return IoError(errno, "open", path_);
  if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
    const int error = errno;
    close(opened);
    if (error != EWOULDBLOCK) return IoError(error, "lock", path_);
    return absl::FailedPreconditionError(
        StrCat(path_, " is being written to by another export"));
  }
  lock_ = opened;
  std::vector<std::string> left;
  RETURN_IF_ERROR(ForEachFile(under_way(), [&](const fs::path& file) {
    if (file.native().ends_with(kUnderWaySuffix)) left.push_back(file);
  }));
  for (const std::string& file : left) {
    if (unlink(file.c_str()) != 0) return IoError(errno, "remove", file);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::string>> LocalFolder::List(
    std::string_view prefix) const {
  std::string under = path_;
  if (const std::size_t slash = prefix.rfind('/'); slash != prefix.npos) {
    RETURN_IF_ERROR(CheckFileName(prefix.substr(0, slash)));
    under = StrCat(path_, "/", prefix.substr(0, slash));
  }
  std::vector<std::string> files;
  const std::size_t skipped = path_ == "/" ? 1 : path_.size() + 1;
  RETURN_IF_ERROR(ForEachFile(under, [&](const fs::path& path) {
    std::string file = path.native().substr(skipped);
    if (!file.starts_with(prefix) || file.ends_with(kUnderWaySuffix)) return;
    files.push_back(std::move(file));
  }));
  std::sort(files.begin(), files.end());
  return files;
}

absl::Status LocalFolder::ReadRange(const std::string& file, ByteRange range,
                                    TakePiece take) const {
  RETURN_IF_ERROR(CheckFileName(file));
  return ReadFilePieces(StrCat(path_, "/", file), range, kPieceBytes, take);
}

absl::StatusOr<std::unique_ptr<NewFile>> LocalFolder::Create(
    const std::string& file) {
  RETURN_IF_ERROR(CheckFileName(file));
  RETURN_IF_ERROR(Lock());
  std::string path = StrCat(path_, "/", file);
  RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
  RETURN_IF_ERROR(MakeDirectories(under_way()));
  auto made = std::make_unique<FileOfFolder>(
      std::move(path),
      StrCat(under_way(), "/", FlatName(file), kUnderWaySuffix));
  RETURN_IF_ERROR(made->Open());
  return made;
}

absl::Status LocalFolder::Remove(const std::string& file) {
  RETURN_IF_ERROR(CheckFileName(file));
  RETURN_IF_ERROR(Lock());
  const std::string path = StrCat(path_, "/", file);
  if (unlink(path.c_str()) == 0) return SyncDirectory(DirectoryOf(path));
  if (errno == ENOENT || errno == ENOTDIR) return absl::OkStatus();
  return IoError(errno, "remove", path);
}

}  // namespace chasqui::exporting
