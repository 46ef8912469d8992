// One day over one link by one protocol.

#ifndef CHASQUI_TESTS_BENCHMARKS_LINKS_RUN_DAY_H_
#define CHASQUI_TESTS_BENCHMARKS_LINKS_RUN_DAY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "tests/benchmarks/links/day.h"
#include "tests/benchmarks/links/day_client.h"
#include "tests/benchmarks/links/link.h"
#include "tests/benchmarks/links/link_trace.h"
#include "tests/benchmarks/links/office.h"
#include "tests/benchmarks/links/two_places.h"

namespace chasqui::benchmarks {

struct DayResult {
  SyncReport first;  // contact
  SyncReport all;    // syncs together
  LinkCounts link;
  Verdict verdict;

  std::uint64_t Bytes() const { return link.up.bytes + link.down.bytes; }
};

// What a day is run over. Without `places` the link is a proxy.
struct Setting {
  const LinkTrace& trace;
  const TwoPlaces* places = nullptr;
  std::uint64_t seed = 0;
  std::string directory;  // that is there, and empty
};

// First contact, the work and its syncs, the form's new version after the first
// of them, and a sync at night with nothing to say. Between syncs the trace
// goes on; they follow each other at once.
//
// An error if the day could not be worked through to its end.
absl::StatusOr<DayResult> RunDay(const Day& day, Protocol protocol,
                                 const Setting& setting);

}  // namespace chasqui::benchmarks

#endif  // CHASQUI_TESTS_BENCHMARKS_LINKS_RUN_DAY_H_
