#include "sync/personal/survey_keys.h"

#include <vector>

#include "sync/base/status_macros.h"

namespace chasqui::personal {

absl::StatusOr<std::optional<RecordKey>> SurveyKeys::Find(
    const RecordId& record) const {
  ASSIGN_OR_RETURN(const std::optional<KeptKey> kept,
                   store_.Find(survey_, record));
  if (!kept.has_value() || kept->wrapped.empty()) {
    return std::optional<RecordKey>();
  }
  ASSIGN_OR_RETURN(RecordKey key, key_.Unwrap(survey_, record, kept->wrapped));
  return std::optional(key);
}

absl::StatusOr<std::map<RecordId, RecordKey>> SurveyKeys::Make(
    const std::set<RecordId>& records) const {
  std::map<RecordId, RecordKey> keys;
  std::vector<std::pair<RecordId, std::string>> made;
  for (const RecordId& record : records) {
    ASSIGN_OR_RETURN(const std::optional<KeptKey> kept,
                     store_.Find(survey_, record));
    if (!kept.has_value()) {
      made.emplace_back(record, key_.Wrap(survey_, record, draw_()));
    } else if (!kept->wrapped.empty()) {
      ASSIGN_OR_RETURN(const RecordKey key,
                       key_.Unwrap(survey_, record, kept->wrapped));
      keys.emplace(record, key);
    }
  }
  if (made.empty()) return keys;
  RETURN_IF_ERROR(store_.Add(survey_, made));
  // Somebody else may have been first.
  for (const auto& [record, wrapped] : made) {
    ASSIGN_OR_RETURN(const std::optional<RecordKey> key, Find(record));
    if (key.has_value()) keys.emplace(record, *key);
  }
  return keys;
}

}  // namespace chasqui::personal
