#include "sync/writing.h"

#include <algorithm>
#include <string>

#include "sync/base/status_macros.h"
#include "sync/base/str_cat.h"
#include "sync/chain.h"

namespace chasqui {
namespace {

absl::Status NoEntry(Seq seq) {
  return absl::DataLossError(StrCat("state: entry ", seq, " is missing"));
}

absl::Status NoDevice(const std::string& name) {
  return absl::DataLossError(StrCat("state: device ", name, " is missing"));
}

// Whether an incarnation goes on from the change, which has just come: it was
// missing, and what came behind it was let in without it.
bool HasDescendants(const Device& device, const EntryInfo& change) {
  return std::any_of(device.incarnations.begin(), device.incarnations.end(),
                     [&change](const Incarnation& line) {
                       return line.parent != 0 &&
                              line.parent == change.incarnation &&
                              line.branch_point >= change.number;
                     });
}

// Whether `a` is earlier than `b` in b's own chain.
absl::StatusOr<bool> Precedes(const EntryInfo& a, const EntryInfo& b,
                              State& state) {
  if (a.device.empty() || a.device != b.device) return false;
  ASSIGN_OR_RETURN(const Device* const device, state.FindDevice(b.device));
  if (device == nullptr) return NoDevice(b.device);
  return IsEarlierInChain(*device, {a.incarnation, a.number},
                          {b.incarnation, b.number});
}

}  // namespace

absl::StatusOr<Seq> ChangeBehind(Seq seq, State& state) {
  ASSIGN_OR_RETURN(const EntryInfo* const info, state.FindEntry(seq));
  if (info == nullptr) return NoEntry(seq);
  return info->kind == EntryKind::kQuarantineReleased ? info->change : seq;
}

absl::Status Writing::Begin() {
  ASSIGN_OR_RETURN(author_, state_.FindEntry(origin_));
  if (author_ == nullptr) return NoEntry(origin_);
  late_ = released();
  if (late_ || author_->device.empty()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const Device* const device,
                   state_.FindDevice(author_->device));
  if (device == nullptr) return NoDevice(author_->device);
  late_ = HasDescendants(*device, *author_);
  past_gap_ = past_gap_ || late_;
  return absl::OkStatus();
}

absl::StatusOr<bool> Writing::HasSeen(Seq base, Seq write) const {
  if (write <= base || write == seq_) return true;
  if (author_->device.empty()) return false;
  ASSIGN_OR_RETURN(const Seq behind, ChangeBehind(write, state_));
  ASSIGN_OR_RETURN(const EntryInfo* const other, state_.FindEntry(behind));
  if (other == nullptr) return NoEntry(behind);
  return Precedes(*other, *author_, state_);
}

absl::StatusOr<bool> Writing::IsBefore(Seq write) const {
  if (!late_ || author_->device.empty()) return false;
  ASSIGN_OR_RETURN(const Seq behind, ChangeBehind(write, state_));
  ASSIGN_OR_RETURN(const EntryInfo* const other, state_.FindEntry(behind));
  if (other == nullptr) return NoEntry(behind);
  return Precedes(*author_, *other, state_);
}

absl::Status Writing::Tell(Seq write, const FieldOutcome& outcome) {
  Seq behind = origin_;
  if (write != seq_) {
    ASSIGN_OR_RETURN(behind, ChangeBehind(write, state_));
  }
  ASSIGN_OR_RETURN(const EntryInfo* const known, state_.FindEntry(behind));
  if (known == nullptr) return NoEntry(behind);
  Outcome revised = known->outcome;
  if (!Revise(outcome, revised)) return absl::OkStatus();
  ASSIGN_OR_RETURN(EntryInfo* const info, state_.EditEntry(behind));
  info->outcome = std::move(revised);
  if (behind != origin_) Notify(seq_, behind, *info, state_);
  return absl::OkStatus();
}

bool Revise(const FieldOutcome& outcome, Outcome& of) {
  const Outcome before = of;
  const auto at = std::lower_bound(
      of.fields.begin(), of.fields.end(), outcome.at,
      [](const FieldOutcome& f, const FieldAddress& a) { return f.at < a; });
  const bool known = at != of.fields.end() && at->at == outcome.at;
  const bool plain = outcome.kind == OutcomeKind::kApplied && !outcome.history;
  if (known && plain) {
    of.fields.erase(at);
  } else if (known) {
    *at = outcome;
  } else if (!plain) {
    of.fields.insert(at, outcome);
  }
  of.kind = OutcomeKind::kApplied;
  for (const FieldOutcome& field : of.fields) {
    of.kind = std::max(of.kind, field.kind);
  }
  return of != before;
}

void Notify(Seq at, Seq change, EntryInfo& info, State& state) {
  if (info.device.empty() || info.noticed == at) return;
  if (info.noticed != 0) state.EraseNotice(info.device, info.noticed, change);
  info.noticed = at;
  state.PutNotice(info.device, at, change);
}

}  // namespace chasqui
