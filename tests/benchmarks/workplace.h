// Where a benchmark keeps its databases: a real disk.

#ifndef CHASQUI_TESTS_BENCHMARKS_WORKPLACE_H_
#define CHASQUI_TESTS_BENCHMARKS_WORKPLACE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// A directory that no other run has, removed with all in it at the end.
class Workplace {
 public:
  // Makes it in `parent`, which is made if it is not there. InvalidArgument if
  // it cannot be, or lies in memory: an fsync costs nothing there.
  static absl::StatusOr<std::unique_ptr<Workplace>> In(
      const std::string& parent);
  ~Workplace();

  Workplace(const Workplace&) = delete;
  Workplace& operator=(const Workplace&) = delete;

  // "ext4", "xfs" …; a number if it has no name here.
  const std::string& file_system() const { return file_system_; }
  std::string Path(const std::string& name) const { return path_ + "/" + name; }

 private:
  Workplace() = default;

  std::string path_;
  std::string file_system_;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_WORKPLACE_H_
