#include "export/durable_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {
namespace {

// Writers of tables come with anything from a cell to a row group.
constexpr std::size_t kUnwrittenBytesMax = std::size_t{256} << 10;

}  // namespace

DurableFile::DurableFile(std::string path) : path_(std::move(path)) {}

DurableFile::~DurableFile() {
  if (file_ < 0) return;
  close(file_);
  unlink(path_.c_str());
}

absl::Status DurableFile::Open() {
  file_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file_ < 0) status_ = IoError(errno, "write", path_);
  return status_;
}

absl::Status DurableFile::Append(std::string_view bytes) {
  RETURN_IF_ERROR(status_);
  buffer_.append(bytes);
  return buffer_.size() < kUnwrittenBytesMax ? absl::OkStatus() : Flush();
}

absl::Status DurableFile::Flush() {
  std::string_view left = buffer_;
  while (status_.ok() && !left.empty()) {
    const ssize_t put = write(file_, left.data(), left.size());
    if (put >= 0) {
      left.remove_prefix(static_cast<std::size_t>(put));
    } else if (errno != EINTR) {
      status_ = IoError(errno, "write", path_);
    }
  }
  buffer_.clear();
  return status_;
}

absl::Status DurableFile::MoveTo(const std::string& place) {
  RETURN_IF_ERROR(status_);
  RETURN_IF_ERROR(Flush());
  if (fsync(file_) != 0) {
    return status_ = IoError(errno, "sync", path_);
  }
  if (rename(path_.c_str(), place.c_str()) != 0) {
    return status_ = IoError(errno, "rename", path_);
  }
  close(file_);
  file_ = -1;
  return SyncDirectory(DirectoryOf(place));
}

absl::Status MakeDirectories(const std::string& path) {
  if (mkdir(path.c_str(), 0777) == 0) return SyncDirectory(DirectoryOf(path));
  if (errno == ENOENT && DirectoryOf(path) != path) {
    RETURN_IF_ERROR(MakeDirectories(DirectoryOf(path)));
    return MakeDirectories(path);
  }
  struct stat found = {};
  if (errno == EEXIST && stat(path.c_str(), &found) == 0 &&
      S_ISDIR(found.st_mode)) {
    return absl::OkStatus();
  }
  return IoError(errno == EEXIST ? ENOTDIR : errno, "make the directory", path);
}

absl::Status SyncDirectory(const std::string& path) {
  const int opened = open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = opened >= 0 && fsync(opened) == 0;
  absl::Status status =
      synced ? absl::OkStatus() : IoError(errno, "sync", path);
  if (opened >= 0) close(opened);
  return status;
}

std::string DirectoryOf(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  if (slash == path.npos) return ".";
  return slash == 0 ? "/" : path.substr(0, slash);
}

absl::Status ReadFilePieces(
    const std::string& path, ByteRange range, std::size_t piece_bytes,
    absl::FunctionRef<absl::Status(std::string_view)> take) {
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0 && (errno == ENOENT || errno == ENOTDIR)) {
    return absl::NotFoundError(StrCat("there is no ", path));
  }
  if (file < 0) return IoError(errno, "read", path);
  std::string piece(piece_bytes, '\0');
  absl::Status status;
  while (status.ok() && range.bytes > 0) {
    const std::size_t wanted =
        std::min<std::uint64_t>(piece.size(), range.bytes);
    const ssize_t read =
        pread(file, piece.data(), wanted, static_cast<off_t>(range.begin));
    if (read == 0) break;
    if (read > 0) {
      const auto got = static_cast<std::size_t>(read);
      range.begin += got;
      range.bytes -= got;
      status = take(std::string_view(piece).substr(0, got));
    } else if (errno != EINTR) {
      status = IoError(errno, "read", path);
    }
  }
  close(file);
  return status;
}

absl::Status IoError(int error, std::string_view what, std::string_view path) {
  const std::string message =
      StrCat("cannot ", what, " ", path, ": ",
             std::error_code(error, std::generic_category()).message());
  return error == ENOSPC || error == EDQUOT
             ? absl::ResourceExhaustedError(message)
             : absl::UnavailableError(message);
}

}  // namespace chasqui::exporting
