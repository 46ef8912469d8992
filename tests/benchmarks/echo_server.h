// How fast could an exchange be at all, by gRPC on this machine?

#ifndef CHASQUI_TESTS_BENCHMARKS_ECHO_SERVER_H_
#define CHASQUI_TESTS_BENCHMARKS_ECHO_SERVER_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"

namespace chasqui::benchmarks {

// A server on loopback that takes the bytes of an exchange, looks at none of
// them, and returns others. Serves until destroyed.
class EchoServer {
 public:
  virtual ~EchoServer() = default;

  // `answer`: what it returns, serialized.
  static absl::StatusOr<std::unique_ptr<EchoServer>> Start(
      const std::string& answer);

  virtual const std::string& address() const = 0;
};

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_ECHO_SERVER_H_
