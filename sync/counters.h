// Progress, counted as it happens: never by scanning.
//
//   records/STATUS           records of the survey by status
//   area/CODE/STATUS         of one area (its own, not of those below)
//   person/NAME/STATUS       by assignee
//   day/YYYY-MM-DD           by day of submission, in the survey's UTC offset
//   open                     records waiting for a person ("needs review" or a
//   area/CODE/open           conflict under `review`)
//   person/NAME/open
//   decided, area/…, person/…    records with conflicts decided by policy
//   held, held/person/NAME   changes in quarantine
//
// Records that are gone count nowhere.

#ifndef CHASQUI_SYNC_COUNTERS_H_
#define CHASQUI_SYNC_COUNTERS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sync/record.h"
#include "sync/state.h"

namespace chasqui {

// All that progress asks of a record.
struct Standing {
  bool counted = false;  // it exists and is not gone
  RecordStatus status = RecordStatus::kNone;
  std::string area;
  std::string assignee;
  bool open = false;
  bool decided = false;
  std::int64_t day = 0;  // since 1970-01-01; 0: not submitted

  friend bool operator==(const Standing&, const Standing&) = default;
};

Standing StandingOf(const Record& record, std::int32_t utc_offset_minutes);

// The counters a record of that standing is counted in, each by one.
std::vector<std::string> CountersOf(const Standing& standing);

// The counters of a change of `person` in quarantine.
std::vector<std::string> CountersOfHeld(std::string_view person);

// Moves a record from where it was counted to where it is now.
void Recount(const Standing& before, const Standing& after, State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_COUNTERS_H_
