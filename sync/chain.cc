#include "sync/chain.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"

namespace chasqui {
namespace {

// Where the chain goes on: after `parent`, or, without one, from its start.
absl::StatusOr<std::optional<ChainLink>> FindParent(
    const ChangeReceived& change, State& state) {
  if (change.orphan || change.number == 1) return std::nullopt;
  ASSIGN_OR_RETURN(const std::vector<ChainLink> before,
                   state.Links(change.device, change.number - 1));
  for (const ChainLink& link : before) {
    if (link.h == change.before) return link;
  }
  return absl::DataLossError(
      StrCat("log: change ", change.number, " of device ", change.device,
             " continues a chain that is not in the state"));
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
  branch.hole = change.orphan;
  device.incarnations.push_back(branch);
  return static_cast<std::uint32_t>(device.incarnations.size());
}

}  // namespace

bool IsEarlierInChain(const Device& device, const ChainPlace& a,
                      const ChainPlace& b) {
  if (b.number == 0 || a.incarnation == kOverflowIncarnation) return false;
  std::uint32_t at = b.incarnation;
  std::uint64_t limit = b.number - 1;
  while (at != 0 && at <= device.incarnations.size()) {
    if (at == a.incarnation) return a.number <= limit;
    const Incarnation& line = device.incarnations[at - 1];
    limit = std::min(limit, line.branch_point);
    at = line.parent;  // Always an older incarnation: the walk ends.
  }
  return false;
}

absl::StatusOr<Linked> LinkChange(const ChangeReceived& change, Seq seq,
                                  State& state) {
  ASSIGN_OR_RETURN(Device* const device, state.EditDevice(change.device));
  ASSIGN_OR_RETURN(const std::optional<ChainLink> parent,
                   FindParent(change, state));
  Linked linked;
  linked.incarnation = PlaceIn(change, parent, *device);
  if (parent.has_value()) {
    ASSIGN_OR_RETURN(const EntryInfo* const before,
                     state.FindEntry(parent->seq));
    if (before != nullptr) linked.previous_ms = before->time.at;
  }
  if (linked.incarnation != kOverflowIncarnation) {
    Incarnation& line = device->incarnations[linked.incarnation - 1];
    line.end = change.number;
    line.end_h = change.h;
  }
  device->latest = seq;
  state.AddLink(change.device, change.number,
                {linked.incarnation, change.h, seq});
  return linked;
}

}  // namespace chasqui
