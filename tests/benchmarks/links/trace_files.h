// Traces from a directory.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_TRACE_FILES_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_TRACE_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tests/benchmarks/links/link_trace.h"

namespace chasqui::benchmarks {

struct TraceFiles {
  std::vector<LinkTrace> traces;         // by name
  std::vector<std::string> passed_over;  // names of files that are none
};

// All in `directory`, without its folders. By the file's name, whatever it is
// after a .zst, which is unpacked:
//
//   NAME.trace           ours
//   NAME.up, NAME.down   Mahimahi's; where one is missing, both ways are alike
//   any other            rates, if its first line is two numbers
//
// InvalidArgument, with the path, for one that cannot be read; or if there are
// no traces.
absl::StatusOr<TraceFiles> ReadTraces(const std::string& directory,
                                      const Surroundings& around);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_TRACE_FILES_H_
