#include "sync/chain.h"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

// What the chain goes on after; nullopt if it begins here, or that is not here.
absl::StatusOr<std::optional<ChainLink>> FindParent(
    const ChangeReceived& change, State& state) {
  if (change.orphan || change.number == 1) return std::nullopt;
  ASSIGN_OR_RETURN(const std::vector<ChainLink> before,
                   state.Links(change.device, change.number - 1));
  for (const ChainLink& link : before) {
    if (link.h == change.before && link.incarnation != kInGap) return link;
  }
  return std::nullopt;
}

// The incarnation the change belongs to, made if it begins one.
std::uint32_t PlaceIn(const ChangeReceived& change,
                      const std::optional<ChainLink>& parent, Device& device) {
  if (parent.has_value()) {
    if (parent->incarnation == kOverflowIncarnation) {
      return kOverflowIncarnation;
    }
    const Incarnation& line = device.incarnations[parent->incarnation - 1];
    if (line.end == change.number - 1 && line.end_h == change.before) {
      return parent->incarnation;
    }
  }
  if (device.incarnations.size() >= kIncarnationsMax) {
    return kOverflowIncarnation;
  }
  Incarnation branch;
  branch.parent = parent.has_value() ? parent->incarnation : 0;
  branch.branch_point = change.number - 1;
  branch.hole = change.orphan || (!parent.has_value() && change.number > 1);
  device.incarnations.push_back(branch);
  return static_cast<std::uint32_t>(device.incarnations.size());
}

// Whether `line`, which is incarnation `number` of the device, begins right
// behind `change`: with one that was in gap, not one of which its device said
// that nothing will come before it.
absl::StatusOr<bool> BeginsBehind(const ChangeReceived& change,
                                  const Incarnation& line, std::uint32_t number,
                                  State& state) {
  if (!line.hole || line.branch_point != change.number) return false;
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   state.Links(change.device, change.number + 1));
  for (const ChainLink& link : links) {
    if (link.incarnation != number) continue;
    ASSIGN_OR_RETURN(const ChangeReceived first, state.ReadChange(link.seq));
    return first.sealed && !first.orphan && first.before == change.h;
  }
  return false;
}

// The missing has arrived after all: `change`, which is in `incarnation`.
absl::Status Adopt(const ChangeReceived& change, std::uint32_t incarnation,
                   Device& device, State& state) {
  for (std::size_t i = 0; i < device.incarnations.size(); ++i) {
    Incarnation& line = device.incarnations[i];
    const auto number = static_cast<std::uint32_t>(i) + 1;
    ASSIGN_OR_RETURN(const bool behind,
                     BeginsBehind(change, line, number, state));
    if (!behind) continue;
    line.parent = incarnation;
    line.hole = false;
  }
  return absl::OkStatus();
}

absl::StatusOr<Linked> PlaceBehind(const std::optional<ChainLink>& parent,
                                   const ChangeReceived& change, Device& device,
                                   State& state) {
  Linked linked;
  linked.incarnation = PlaceIn(change, parent, device);
  if (parent.has_value()) {
    ASSIGN_OR_RETURN(const EntryInfo* const before,
                     state.FindEntry(parent->seq));
    if (before != nullptr) linked.previous_ms = before->time.at;
  }
  if (linked.incarnation == kOverflowIncarnation) return linked;
  Incarnation& line = device.incarnations[linked.incarnation - 1];
  line.end = change.number;
  line.end_h = change.h;
  RETURN_IF_ERROR(Adopt(change, linked.incarnation, device, state));
  return linked;
}

}  // namespace

bool IsEarlierInChain(const Device& device, const ChainPlace& a,
                      const ChainPlace& b) {
  if (b.number == 0 || a.incarnation == kOverflowIncarnation) return false;
  std::uint32_t at = b.incarnation;
  std::uint64_t limit = b.number - 1;
  // A parent may be the younger, but begins at a lower number: the walk visits
  // each incarnation once, unless the disk says otherwise.
  for (std::size_t n = 0; n < device.incarnations.size(); ++n) {
    if (at == 0 || at > device.incarnations.size()) return false;
    if (at == a.incarnation) return a.number <= limit;
    const Incarnation& line = device.incarnations[at - 1];
    limit = std::min(limit, line.branch_point);
    at = line.parent;
  }
  return false;
}

absl::StatusOr<bool> HasChainTo(const std::string& device, std::uint64_t number,
                                const ChainHash& h, State& state) {
  if (number == 0) return h == ChainStart(state.survey().name, device);
  ASSIGN_OR_RETURN(const std::vector<ChainLink> links,
                   state.Links(device, number));
  return std::any_of(links.begin(), links.end(), [&h](const ChainLink& link) {
    return link.h == h && link.incarnation != kInGap;
  });
}

absl::StatusOr<Linked> PlaceChange(const ChangeReceived& change, State& state) {
  ASSIGN_OR_RETURN(Device* const device, state.EditDevice(change.device));
  ASSIGN_OR_RETURN(const std::optional<ChainLink> parent,
                   FindParent(change, state));
  return PlaceBehind(parent, change, *device, state);
}

absl::StatusOr<Linked> LinkChange(const ChangeReceived& change, Seq seq,
                                  State& state) {
  ASSIGN_OR_RETURN(Device* const device, state.EditDevice(change.device));
  ASSIGN_OR_RETURN(const std::optional<ChainLink> parent,
                   FindParent(change, state));
  if (!parent.has_value() && !change.orphan && change.number > 1) {
    return absl::DataLossError(
        StrCat("log: change ", change.number, " of device ", change.device,
               " continues a chain that is not in the state"));
  }
  ASSIGN_OR_RETURN(const Linked linked,
                   PlaceBehind(parent, change, *device, state));
  device->latest = seq;
  state.AddLink(change.device, change.number,
                {linked.incarnation, change.h, seq});
  return linked;
}

}  // namespace chasqui
