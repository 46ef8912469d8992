#include "server/commands/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui::commands {
namespace {

absl::Status Failed(std::string_view what, const std::string& path) {
  const std::error_code error(errno, std::generic_category());
  const std::string message = StrCat(what, " ", path, ": ", error.message());
  return error == std::errc::no_such_file_or_directory
             ? absl::NotFoundError(message)
             : absl::UnavailableError(message);
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::FILE* const file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) return Failed("cannot read", path);
  std::string bytes;
  std::array<char, 1 << 16> buffer;
  while (const std::size_t read =
             std::fread(buffer.data(), 1, buffer.size(), file)) {
    bytes.append(buffer.data(), read);
  }
  const bool failed = std::ferror(file) != 0;
  absl::Status status = failed ? Failed("cannot read", path) : absl::OkStatus();
  std::fclose(file);
  RETURN_IF_ERROR(status);
  return bytes;
}

FileSet::~FileSet() {
  for (const auto& [name, file] : files_) {
    std::error_code ignored;
    std::filesystem::remove(PathOf(name) + ".part", ignored);
  }
}

std::string FileSet::PathOf(const std::string& name) const {
  return StrCat(directory_, "/", name);
}

absl::StatusOr<std::FILE*> FileSet::Open(const std::string& name) {
  if (const auto open = files_.find(name); open != files_.end()) {
    return open->second.get();
  }
  std::error_code error;
  std::filesystem::create_directories(directory_, error);
  if (error) {
    return absl::UnavailableError(
        StrCat("cannot make ", directory_, ": ", error.message()));
  }
  const std::string path = PathOf(name) + ".part";
  File file(std::fopen(path.c_str(), "wb"));
  if (file == nullptr) return Failed("cannot write", path);
  return files_.emplace(name, std::move(file)).first->second.get();
}

absl::Status FileSet::Append(const std::string& name, std::string_view bytes) {
  // A server of somebody else's must not write elsewhere.
  if (name.empty() || name.front() == '.' ||
      name.find('/') != std::string::npos) {
    return absl::InvalidArgumentError(
        StrCat("the server sent a file named \"", name, "\""));
  }
  ASSIGN_OR_RETURN(std::FILE* const file, Open(name));
  if (std::fwrite(bytes.data(), 1, bytes.size(), file) != bytes.size()) {
    return Failed("cannot write", PathOf(name));
  }
  return absl::OkStatus();
}

absl::Status FileSet::Complete() {
  for (const auto& [name, file] : files_) {
    if (std::fflush(file.get()) != 0 || fsync(fileno(file.get())) != 0) {
      return Failed("cannot write", PathOf(name));
    }
  }
  for (const auto& [name, file] : files_) {
    const std::string path = PathOf(name);
    if (std::rename((path + ".part").c_str(), path.c_str()) != 0) {
      return Failed("cannot rename", path);
    }
  }
  files_.clear();
  return absl::OkStatus();
}

}  // namespace chasqui::commands
