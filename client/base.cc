#include "client/base.h"

#include <algorithm>

namespace chasqui::client {
namespace {

const HiddenField* Find(const std::vector<HiddenField>& hidden,
                        const FieldAddress& at) {
  const auto found =
      std::find_if(hidden.begin(), hidden.end(),
                   [&at](const HiddenField& h) { return h.first == at; });
  return found == hidden.end() ? nullptr : &*found;
}

std::uint32_t IndexOf(const Position& position, Change& change) {
  auto& positions = change.positions;
  const auto found = std::find(positions.begin(), positions.end(), position);
  if (found != positions.end()) {
    return static_cast<std::uint32_t>(found - positions.begin());
  }
  if (positions.size() == kChangePositionsMax) return 0;  // the lowest: safe
  positions.push_back(position);
  return static_cast<std::uint32_t>(positions.size() - 1);
}

}  // namespace

Position BaseOfCopy(const StoredRecord& record, const SurveyState& state,
                    const Lineage& lineage) {
  Position base = record.at;
  for (const Following& following : record.following) {
    for (const FollowedBucket& followed : state.buckets) {
      // While a pull from zero goes on, what it has not confirmed does not
      // count.
      const bool holds = followed.id == following.bucket &&
                         followed.generation == following.generation;
      if (holds && LiesBefore(base, followed.agreed, lineage)) {
        base = followed.agreed;
      }
    }
  }
  return base;
}

Position BaseOfCreation(const SurveyState& state, const Lineage& lineage) {
  if (state.buckets.empty()) return {};
  Position base = state.buckets.front().agreed;
  for (const FollowedBucket& followed : state.buckets) {
    if (LiesBefore(followed.agreed, base, lineage)) base = followed.agreed;
  }
  return base;
}

FieldAddress AddressOf(const Op& op) {
  if (op.kind == OpKind::kSetStatus) return {RowId{}, kStatusField, 0};
  return op.at;
}

std::vector<HiddenField> HiddenFields(const std::vector<Change>& pending) {
  std::vector<HiddenField> hidden;
  for (const Change& change : pending) {
    for (const Op& op : change.ops) {
      const FieldAddress at = AddressOf(op);
      if (Find(hidden, at) == nullptr) {
        hidden.emplace_back(at, change.positions[op.base]);
      }
    }
  }
  return hidden;
}

void StampBases(const Position& base, const std::vector<HiddenField>& hidden,
                const Lineage& lineage, Change& change) {
  Position lowest = base;
  for (const auto& [at, position] : hidden) {
    if (LiesBefore(position, lowest, lineage)) lowest = position;
  }
  change.positions = {lowest};
  for (Op& op : change.ops) {
    const HiddenField* const behind = Find(hidden, AddressOf(op));
    op.base = IndexOf(behind == nullptr ? base : behind->second, change);
  }
}

}  // namespace chasqui::client
