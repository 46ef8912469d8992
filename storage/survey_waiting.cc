// What waits: changes in quarantine by their records, and changes in gap by
// what they wait for.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "storage/survey_transaction.h"
#include "sync/base/status_macros.h"

namespace chasqui::storage {

template <typename Table>
absl::Status SurveyTransaction::AddTo(CachedTable<Table>& lists,
                                      const typename Table::Id& id,
                                      Seq change) {
  ASSIGN_OR_RETURN(std::vector<Seq> * seqs, lists.EditOrAdd(id));
  seqs->insert(std::upper_bound(seqs->begin(), seqs->end(), change), change);
  return absl::OkStatus();
}

template <typename Table>
absl::Status SurveyTransaction::RemoveFrom(CachedTable<Table>& lists,
                                           const typename Table::Id& id,
                                           Seq change) {
  ASSIGN_OR_RETURN(std::vector<Seq> * seqs, lists.Edit(id));
  if (seqs == nullptr) return absl::OkStatus();
  seqs->erase(std::remove(seqs->begin(), seqs->end(), change), seqs->end());
  return seqs->empty() ? lists.Erase(id) : absl::OkStatus();
}

absl::StatusOr<const Held*> SurveyTransaction::FindHeld(Seq change) {
  return held_.Find(change);
}

void SurveyTransaction::PutHeld(Seq change, const Held& held) {
  Note(EraseHeld(change));  // it may have been about another record
  *held_.Add(change) = held;
  if (!held.record.empty()) Note(AddTo(waiting_, held.record, change));
}

absl::Status SurveyTransaction::EraseHeld(Seq change) {
  ASSIGN_OR_RETURN(const Held* held, held_.Find(change));
  if (held == nullptr) return absl::OkStatus();
  if (!held->record.empty()) {
    RETURN_IF_ERROR(RemoveFrom(waiting_, held->record, change));
  }
  return held_.Erase(change);
}

absl::StatusOr<std::vector<Seq>> SurveyTransaction::HeldFor(
    const RecordId& record) {
  ASSIGN_OR_RETURN(const std::vector<Seq>* seqs, waiting_.Find(record));
  return seqs == nullptr ? std::vector<Seq>() : *seqs;
}

absl::StatusOr<std::vector<Seq>> SurveyTransaction::GapAfter(
    std::string_view device, const ChainHash& before) {
  ASSIGN_OR_RETURN(const std::vector<Seq>* seqs,
                   gaps_.Find({std::string(device), before}));
  return seqs == nullptr ? std::vector<Seq>() : *seqs;
}

absl::Status SurveyTransaction::PutGap(std::string_view device,
                                       const ChainHash& before, Seq change) {
  return AddTo(gaps_, {std::string(device), before}, change);
}

absl::Status SurveyTransaction::EraseGap(std::string_view device,
                                         const ChainHash& before, Seq change) {
  return RemoveFrom(gaps_, {std::string(device), before}, change);
}

}  // namespace chasqui::storage
