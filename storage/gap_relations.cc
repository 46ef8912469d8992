// A change in gap says so in four places: in its link, in its outcome, in the
// list of those behind the change it waits for, and in the count of its device.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "storage/stored_survey.h"

namespace chasqui::storage {
namespace {

// Whether the entry at `seq` is a change in quarantine past a gap.
bool IsHeldInGap(const StoredSurvey& stored, Seq seq) {
  const auto held = stored.held.find(seq);
  return held != stored.held.end() &&
         held->second.reason == QuarantineReason::kGap;
}

// Whether it is listed behind the change it waits for.
bool IsListed(const StoredSurvey& stored, Seq seq) {
  const auto entry = stored.log.find(seq);
  if (entry == stored.log.end()) return false;
  const auto list =
      stored.gaps.find({entry->second.device, entry->second.before});
  return list != stored.gaps.end() &&
         std::binary_search(list->second.begin(), list->second.end(), seq);
}

}  // namespace

void CheckGaps(const std::string& name, const StoredSurvey& stored,
               Findings& findings) {
  std::map<std::string, std::uint64_t> counted;  // by device
  for (const auto& [place, links] : stored.links) {
    for (const ChainLink& link : links) {
      const bool in_gap = link.incarnation == kInGap;
      if (in_gap) ++counted[place.first];
      findings.Expect(in_gap == IsHeldInGap(stored, link.seq) &&
                          in_gap == IsListed(stored, link.seq),
                      "survey ", name, ": the change at ", link.seq, " is ",
                      in_gap ? "" : "not ",
                      "in gap by its link, but not by its quarantine or list");
    }
  }
  for (const auto& [place, seqs] : stored.gaps) {
    for (const Seq seq : seqs) {
      findings.Expect(IsListed(stored, seq), "survey ", name,
                      ": the change at ", seq, " is listed in gap of ",
                      place.first, ", where it should not be");
    }
  }
  for (const auto& [device, state] : stored.devices) {
    const auto count = counted.find(device);
    const std::uint64_t expected = count == counted.end() ? 0 : count->second;
    findings.Expect(state.in_gap == expected, "survey ", name, ": the device ",
                    device, " counts ", state.in_gap,
                    " changes in gap, there are ", expected);
  }
}

}  // namespace chasqui::storage
