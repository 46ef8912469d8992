#include "sync/gap.h"

#include "sync/base/status_macros.h"

namespace chasqui {

absl::StatusOr<bool> HasRoomInGap(std::string_view device, State& state) {
  ASSIGN_OR_RETURN(const Device* const found, state.FindDevice(device));
  return found == nullptr || found->in_gap < kGapChangesMax;
}

absl::StatusOr<bool> IsPastGap(const ChangeReceived& change, State& state) {
  if (!change.sealed || change.orphan) return false;
  ASSIGN_OR_RETURN(
      const bool joins,
      HasChainTo(change.device, change.number - 1, change.before, state));
  return !joins;
}

absl::Status EnterGap(const ChangeReceived& change, Seq seq, State& state) {
  ASSIGN_OR_RETURN(Device* const device, state.EditDevice(change.device));
  ++device->in_gap;
  device->latest = seq;
  state.AddLink(change.device, change.number, {kInGap, change.h, seq});
  return state.PutGap(change.device, change.before, seq);
}

absl::StatusOr<Linked> LeaveGap(const ChangeReceived& change, Seq seq,
                                State& state) {
  ASSIGN_OR_RETURN(Device* const device, state.EditDevice(change.device));
  --device->in_gap;
  RETURN_IF_ERROR(state.EraseGap(change.device, change.before, seq));
  ASSIGN_OR_RETURN(const Linked linked, PlaceChange(change, state));
  RETURN_IF_ERROR(state.MoveLink(change.device, change.number,
                                 {linked.incarnation, change.h, seq}));
  return linked;
}

absl::StatusOr<std::vector<Seq>> FollowersInGap(const ChangeReceived& change,
                                                State& state) {
  ASSIGN_OR_RETURN(const Device* const device, state.FindDevice(change.device));
  if (device == nullptr || device->in_gap == 0) return std::vector<Seq>{};
  return state.GapAfter(change.device, change.h);
}

}  // namespace chasqui
