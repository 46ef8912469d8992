#ifndef CHASQUI_SERVER_COMMANDS_FILES_H_
#define CHASQUI_SERVER_COMMANDS_FILES_H_

#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace chasqui::commands {

// NotFound or Unavailable, with the path and why.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Files of one directory that appear together, or not at all: written under
// other names, synced, and renamed when all are complete. What is left behind
// by a writer that ended early ends in ".part".
class FileSet {
 public:
  // Makes `directory` if it is not there.
  explicit FileSet(std::string directory) : directory_(std::move(directory)) {}
  // Removes what was not completed.
  ~FileSet();

  absl::Status Append(const std::string& name, std::string_view bytes);
  absl::Status Complete();

 private:
  struct Closer {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, Closer>;

  absl::StatusOr<std::FILE*> Open(const std::string& name);
  std::string PathOf(const std::string& name) const;

  const std::string directory_;
  std::map<std::string, File> files_;
};

}  // namespace chasqui::commands

#endif  // CHASQUI_SERVER_COMMANDS_FILES_H_
