#include "client/whole_file.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

#include "sync/base/str_cat.h"

namespace chasqui::client {
namespace {

struct FileCloser {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using OpenFile = std::unique_ptr<std::FILE, FileCloser>;

absl::Status CannotDo(std::string_view what, const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  const std::string message =
      StrCat("cannot ", what, " ", path, ": ", error.message());
  return error == std::errc::no_such_file_or_directory
             ? absl::NotFoundError(message)
             : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::string> ReadWholeFile(const std::string& path,
                                          std::size_t bytes_max) {
  const OpenFile file(std::fopen(path.c_str(), "rb"));
  if (file == nullptr) return CannotDo("read", path);
  std::string bytes;
  std::array<char, 1 << 16> buffer{};
  while (const std::size_t got =
             std::fread(buffer.data(), 1, buffer.size(), file.get())) {
    bytes.append(buffer.data(), got);
    if (bytes.size() > bytes_max) {
      return absl::InvalidArgumentError(
          StrCat(path, " has more than ", bytes_max, " bytes, the limit"));
    }
  }
  if (std::ferror(file.get()) != 0) return CannotDo("read", path);
  return bytes;
}

absl::Status WriteWholeFile(const std::string& path, std::string_view bytes) {
  const std::string part = path + ".part";
  {
    const OpenFile file(std::fopen(part.c_str(), "wb"));
    if (file == nullptr) return CannotDo("write", part);
    if (std::fwrite(bytes.data(), 1, bytes.size(), file.get()) !=
            bytes.size() ||
        std::fflush(file.get()) != 0 || fsync(fileno(file.get())) != 0) {
      absl::Status status = CannotDo("write", part);
      std::remove(part.c_str());
      return status;
    }
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) {
    return CannotDo("rename", part);
  }
  return absl::OkStatus();
}

}  // namespace chasqui::client
