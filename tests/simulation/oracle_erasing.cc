// Personal answers: what only whoever sealed them knows, and their erasure.

#include <algorithm>

#include "tests/simulation/oracle.h"

namespace chasqui::testing {

// The record leaves every bucket, and takes no more changes: those that wait
// for a person need not wait any longer. Its answers stay what they are. One
// that never came to be never will.
void Oracle::Erase(Seq seq, const RecordErased& erased) {
  if (!records_.contains(erased.record)) {
    if (erased.form == 0) return;
    OracleRecord& unmade = records_[erased.record];
    unmade.id = erased.record;
    unmade.form = erased.form;
    unmade.unmade = true;
  }
  OracleRecord& record = records_.at(erased.record);
  if (record.erased != 0) return;
  record.erased = seq;
  record.latest = seq;
  UpdateBuckets(seq, record);
  for (auto& [at, change] : changes_) {
    if (!change.held() || change.in_gap || !change.change.has_value()) continue;
    if (change.change->record == erased.record) {
      change.reason = QuarantineReason::kRecordErased;
    }
  }
}

bool Oracle::IsErased(const OracleChange& change) const {
  const auto found = records_.find(change.change->record);
  return found != records_.end() && found->second.erased != 0;
}

bool Oracle::IsPersonal(const Op& op) const {
  const auto question = questions_.find(op.at.field);
  return question != questions_.end() && question->second.personal;
}

// What a personal answer is only whoever sealed it can tell.
bool Oracle::HasWrongPersonal(const OracleChange& change) const {
  const auto& ops = change.change->ops;
  return std::any_of(ops.begin(), ops.end(), [&](const Op& op) {
    if (op.kind != OpKind::kSet || !IsPersonal(op)) return false;
    if (op.value.kind == ValueKind::kSealed) {
      return change.received.sealing.wrong_type;
    }
    return !Suits(op, questions_.at(op.at.field).type);
  });
}

}  // namespace chasqui::testing
