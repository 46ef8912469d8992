// Seals what is personal in a change, once it has been decoded and before it
// goes to the committer: from the log on, nothing personal is in the clear.

#ifndef CHASQUI_SYNC_PERSONAL_SEALING_H_
#define CHASQUI_SYNC_PERSONAL_SEALING_H_

#include <vector>

#include "absl/status/status.h"
#include "sync/entry.h"
#include "sync/intake.h"
#include "sync/personal/survey_keys.h"
#include "sync/store.h"
#include "sync/survey.h"

namespace chasqui::personal {

// What is sealed, in a survey that has personal fields:
//
//   an answer to a personal field, and to one that the survey does not have
//     (yet): by its record's key, made if there is none
//   bytes that are no change: as a whole, by a key of their own, kept under h
//   whatever is of a record that is erased: by a key that nobody keeps
//
// h stays that of what was sent; a salt goes. What only the plaintext tells is
// told in Sealing. Errors are those of the keys; nothing has changed then.
absl::Status SealBatch(const Survey& survey, const SurveyKeys& keys,
                       Batch& batch);
absl::Status SealEntries(const Survey& survey, const SurveyKeys& keys,
                         std::vector<ServerEntry>& entries);

// What the key of bytes that are no change is kept under.
RecordId PlaceOfUnread(const ChainHash& h);

}  // namespace chasqui::personal

#endif  // CHASQUI_SYNC_PERSONAL_SEALING_H_
