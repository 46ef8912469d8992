// The keys of one survey's records.

#ifndef CHASQUI_SYNC_PERSONAL_SURVEY_KEYS_H_
#define CHASQUI_SYNC_PERSONAL_SURVEY_KEYS_H_

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "sync/ids.h"
#include "sync/personal/key_store.h"
#include "sync/personal/record_key.h"
#include "sync/personal/survey_key.h"

namespace chasqui::personal {

// Thread-safe, if `draw` is. Errors: the store's; DataLoss where what is kept
// does not open by the survey's key.
class SurveyKeys {
 public:
  // `store` must outlive it. `draw` makes new keys.
  SurveyKeys(std::string survey, const SurveyKey& key, KeyStore& store,
             std::function<RecordKey()> draw = &RecordKey::Draw)
      : survey_(std::move(survey)),
        key_(key),
        store_(store),
        draw_(std::move(draw)) {}

  const std::string& survey() const { return survey_; }
  const SurveyKey& key() const { return key_; }
  RecordKey DrawKey() const { return draw_(); }

  // The record's key; nullopt: it never had one, or is erased.
  absl::StatusOr<std::optional<RecordKey>> Find(const RecordId& record) const;

  // The keys of `records`, made where there were none, and kept for good when
  // this returns. Those erased are not among them.
  absl::StatusOr<std::map<RecordId, RecordKey>> Make(
      const std::set<RecordId>& records) const;

  // Destroys the keys of records that the log says are erased, as it says.
  absl::Status Destroy(
      const std::vector<std::pair<RecordId, Seq>>& erased) const {
    return store_.Destroy(survey_, erased);
  }

 private:
  const std::string survey_;
  const SurveyKey key_;
  KeyStore& store_;
  const std::function<RecordKey()> draw_;
};

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_SURVEY_KEYS_H_
