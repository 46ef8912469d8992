// The link itself, while it runs: in real time, on a thread of its own.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tests/benchmarks/links/link_trace.h"
#include "tests/benchmarks/links/shaper.h"
#include "tests/benchmarks/links/two_places.h"

namespace chasqui::benchmarks {

// What IP and TCP (with timestamps) say in front of each segment.
inline constexpr std::size_t kSegmentHeaderBytes = 52;

struct LinkCounts {
  ShaperCounts up;
  ShaperCounts down;
};

// Ends with the object. Thread-safe.
class Link {
 public:
  virtual ~Link() = default;

  // Where the client is to connect to, HOST:PORT.
  virtual std::string address() const = 0;
  // IP packets, headers included, since it began.
  virtual LinkCounts Counts() const = 0;
};

// Between two places, which must outlive it, to `port` of the server's. The
// trace, which must outlive it too, begins at once.
absl::StatusOr<std::unique_ptr<Link>> StartTunLink(const TwoPlaces& places,
                                                   std::uint16_t port,
                                                   const LinkTrace& trace,
                                                   std::uint64_t seed);

// Without places: a TCP proxy on loopback before `port` there, with the same
// shaping. What is lost comes late, a full queue makes the sender wait, and
// packets are what they would be if every segment were full: its figures are
// not those of a real link.
absl::StatusOr<std::unique_ptr<Link>> StartProxyLink(std::uint16_t port,
                                                     const LinkTrace& trace,
                                                     std::uint64_t seed);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_LINK_H_
