#include "export/formats/temporary_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <utility>

#include "export/durable_file.h"
#include "sync/base/str_cat.h"

namespace chasqui::exporting {

std::string TemporaryDirectory() {
  const char* const told = std::getenv("TMPDIR");
  return told != nullptr && *told != '\0' ? told : "/tmp";
}

TemporaryFile::TemporaryFile(std::string path, std::FILE* stream)
    : path_(std::move(path)), stream_(stream) {}

TemporaryFile::~TemporaryFile() {
  static_cast<void>(std::fclose(stream_));
  Unname();
}

void TemporaryFile::Unname() {
  if (named_) unlink(path_.c_str());
  named_ = false;
}

absl::StatusOr<std::unique_ptr<TemporaryFile>> TemporaryFile::Create() {
  std::string path = StrCat(TemporaryDirectory(), "/chasqui-XXXXXX");
  const int file = mkostemp(path.data(), O_CLOEXEC);
  if (file < 0) return IoError(errno, "create", path);
  std::FILE* const stream = fdopen(file, "w+b");
  if (stream == nullptr) {
    const int error = errno;
    close(file);
    unlink(path.c_str());
    return IoError(error, "open", path);
  }
  return std::unique_ptr<TemporaryFile>(
      new TemporaryFile(std::move(path), stream));
}

}  // namespace chasqui::exporting
