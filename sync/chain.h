// Chains of changes and their branches (rules 3).

#ifndef CHASQUI_SYNC_CHAIN_H_
#define CHASQUI_SYNC_CHAIN_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "sync/entry.h"
#include "sync/state.h"

namespace chasqui {

// The incarnation that the changes of further branches share, once a device
// has kIncarnationsMax. What is in it has no place in any chain.
inline constexpr std::uint32_t kOverflowIncarnation =
    static_cast<std::uint32_t>(kIncarnationsMax) + 1;

// A place in a device's tree of incarnations.
struct ChainPlace {
  std::uint32_t incarnation = 0;
  std::uint64_t number = 0;
};

// Whether `a` comes before `b` in b's own chain: in the same incarnation, or
// in one it descends from, at or before the point where it branched off.
bool IsEarlierInChain(const Device& device, const ChainPlace& a,
                      const ChainPlace& b);

// Whether the device's chain up to `number`, with hash `h`, is here: not only
// in gap. Number 0 is where the chain begins.
absl::StatusOr<bool> HasChainTo(const std::string& device, std::uint64_t number,
                                const ChainHash& h, State& state);

struct Linked {
  std::uint32_t incarnation = 0;
  // TimeInterval::at of the change before it; 0 if there is none.
  std::int64_t previous_ms = 0;
};

// Gives the change its place: at the end of the incarnation it continues, or
// in a new one that branches off, or, if what came before it is not here, in
// one without parent. An incarnation without parent that begins right behind
// it, with a change that was in gap, gets its parent.
absl::StatusOr<Linked> PlaceChange(const ChangeReceived& change, State& state);

// The same for the change that has come at `seq`. Adds its link.
//
// REQUIRES: Take() let it pass: it is not known, and what comes before it is.
// DataLoss otherwise: the log holds what could not have been appended.
absl::StatusOr<Linked> LinkChange(const ChangeReceived& change, Seq seq,
                                  State& state);

}  // namespace chasqui

#endif  // CHASQUI_SYNC_CHAIN_H_
