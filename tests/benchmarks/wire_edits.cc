#include "tests/benchmarks/wire_edits.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "tests/testing/random.h"

namespace chasqui::benchmarks {
namespace {

using testing::Random;

bool IsEdited(const Op& op, bool texts) {
  if (op.kind != OpKind::kSet || op.at.field < kFirstFormField) return false;
  if (texts) return op.value.kind == ValueKind::kText;
  return op.value.kind == ValueKind::kInteger ||
         op.value.kind == ValueKind::kDecimal ||
         op.value.kind == ValueKind::kChoice;
}

// An answer of `neighbour` that `school` has another of; nullptr if it cannot
// be found.
const Op* Correction(const Change& school, const Change& neighbour, bool texts,
                     Random& random) {
  std::vector<const Op*> differing;
  for (const Op& op : neighbour.ops) {
    if (!IsEdited(op, texts)) continue;
    const auto same =
        std::find_if(school.ops.begin(), school.ops.end(), [&](const Op& own) {
          return own.at == op.at && own.value == op.value;
        });
    if (same == school.ops.end()) differing.push_back(&op);
  }
  return differing.empty() ? nullptr : random.OneOf(differing);
}

}  // namespace

std::optional<Seq> CreatedRecords::SeqOf(const RecordId& id) const {
  const auto found = seqs_.find(id);
  if (found == seqs_.end()) return std::nullopt;
  return found->second;
}

std::optional<RecordId> CreatedRecords::RecordAt(Seq seq) const {
  const auto found = ids_.find(seq);
  if (found == ids_.end()) return std::nullopt;
  return found->second;
}

WireEdits MakeWireEdits(const WireRecords& records, const WireForm& form,
                        bool texts) {
  Random random(48);
  WireEdits edits;
  edits.conversation = records.tested.front().conversation;
  edits.conversation.layouts = &form.layouts;
  struct Visit {
    const Change* school;
    const Change* neighbour;
  };
  std::vector<Visit> visits;
  Seq seq = 1000;
  for (const auto* batches : {&records.training, &records.tested}) {
    for (const WireBatch& batch : *batches) {
      const std::size_t count = batch.changes.size();
      for (std::size_t i = 0; i < count; ++i) {
        // Others sync in between.
        seq += 1 + random.Below(3);
        edits.names.Add(batch.changes[i].record, seq);
        visits.push_back({&batch.changes[i], &batch.changes[(i + 1) % count]});
      }
    }
  }
  for (std::size_t i = visits.size(); i-- > 1;) {
    std::swap(visits[i], visits[random.Below(i + 1)]);
  }
  EditClock clock = edits.conversation.clock;
  for (const Visit& visit : visits) {
    if (edits.changes.size() == kBulkEdits) break;
    const Op* const op =
        Correction(*visit.school, *visit.neighbour, texts, random);
    if (op == nullptr) continue;
    const auto later = static_cast<std::int64_t>(15'000 + random.Below(45'000));
    clock.wall_ms += later;
    clock.mono_ms += later;
    Change change;
    change.record = visit.school->record;
    change.form = 1;
    change.person = edits.conversation.person;
    change.clock = clock;
    change.positions = {{edits.conversation.log, seq}};
    change.ops = {*op};
    edits.rows.push_back(EncodeChange(change));
    edits.changes.push_back(std::move(change));
  }
  edits.conversation.clock = clock;
  return edits;
}

}  // namespace chasqui::benchmarks
