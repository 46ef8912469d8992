// The other side of a day: the server, what is in it in the morning, and what
// has to be in it at night.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_OFFICE_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_OFFICE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tests/benchmarks/links/day.h"
#include "tests/benchmarks/server_process.h"

namespace chasqui::benchmarks {

// What is not as it must be.
struct Verdict {
  std::uint64_t lost = 0;             // records, answers and saves not there
  std::uint64_t duplicated = 0;       // records and saves there more than once
  std::vector<std::string> findings;  // for people, the first few

  void Lost(std::string what);
  void Duplicated(std::string what);
};

// Thread-compatible.
class Office {
 public:
  virtual ~Office() = default;

  // Where clients connect to.
  virtual std::uint16_t port() const = 0;
  virtual absl::Status PublishLaterForm() = 0;
  // Reads everything back.
  virtual absl::StatusOr<Verdict> Check() = 0;
};

// Each begins with what is there in the morning; `day` must outlive it.
//
// Ours: the real server, its data in `directory`, filled by another device. The
// port is that of HTTP/1.1, if it listens there.
absl::StatusOr<std::unique_ptr<Office>> OpenChasquiOffice(
    const Day& day, const std::string& directory, const Listening& listening);
absl::StatusOr<std::unique_ptr<Office>> OpenOpenRosaOffice(const Day& day);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_OFFICE_H_
