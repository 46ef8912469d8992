// Where a change has its place among those of its device (rules 3 and 10).

#include <string>
#include <vector>

#include "tests/simulation/oracle.h"

namespace chasqui::testing {

// Whether what came before it is here, and not itself waiting.
bool Oracle::HasPlaceBefore(const OracleChange& change) const {
  const ChangeReceived& received = change.received;
  if (received.number == 1) return true;
  const auto before =
      chain_.find({received.device, received.number - 1, received.before});
  return before != chain_.end() && !changes_.at(before->second).in_gap;
}

void Oracle::TakePlace(OracleChange& change) {
  const ChangeReceived& received = change.received;
  const auto before =
      chain_.find({received.device, received.number - 1, received.before});
  if (!received.orphan && before != chain_.end() &&
      !changes_.at(before->second).in_gap) {
    change.parent = before->second;
  }
  change.in_gap =
      received.sealed && !received.orphan && !HasPlaceBefore(change);
  const bool is_new =
      chain_
          .try_emplace({received.device, received.number, received.h},
                       change.seq)
          .second;
  if (!is_new) {
    complaints_.push_back("applied twice: seq " + std::to_string(change.seq));
  }
  if (!change.in_gap) Adopt(change, change.seq);
}

// The change was missing: those that came right behind it learn of it.
void Oracle::Adopt(const OracleChange& found, Seq at) {
  const ChangeReceived& received = found.received;
  for (auto& [seq, change] : changes_) {
    const ChangeReceived& other = change.received;
    if (other.device == received.device &&
        other.number == received.number + 1 && other.before == received.h &&
        other.sealed && !other.orphan) {
      if (change.parent == 0) change.adopted = at;
      change.parent = found.seq;
    }
  }
}

std::vector<Seq> Oracle::Stranded() const {
  std::vector<Seq> stranded;
  for (const auto& [seq, change] : changes_) {
    if (change.in_gap && HasPlaceBefore(change)) stranded.push_back(seq);
  }
  return stranded;
}

}  // namespace chasqui::testing
