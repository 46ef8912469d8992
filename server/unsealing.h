// Sealing on the way in, and reading of what is sealed on the way out.

#ifndef CHASQUI_SERVER_UNSEALING_H_
#define CHASQUI_SERVER_UNSEALING_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "chasqui/v1/sync_service.pb.h"
#include "server/surroundings.h"
#include "sync/personal/survey_keys.h"
#include "sync/pull.h"
#include "sync/reader.h"
#include "sync/repair.h"
#include "sync/store.h"

namespace chasqui::server {

// The keys of the survey's records; nullptr where nothing in it is personal.
// Errors as Personal::Of().
absl::StatusOr<const personal::SurveyKeys*> KeysOf(const Surroundings& around,
                                                   const Survey& survey);

// Seals what is personal in what is about to be appended to `survey`'s log.
absl::Status Seal(const Surroundings& around, const Survey& survey,
                  std::vector<ServerEntry>& entries);
// The same of a batch.
absl::Status Seal(const Surroundings& around, const SurveyStore& store,
                  Batch& batch);

// What stands for a personal answer.
enum class Disclosure {
  kClear,       // the answer
  kPseudonyms,  // SurveyKey::Pseudonym(), as a text
};

// `reader`, whose records and log have personal answers as `how` says. Those
// whose key is destroyed stay sealed, and those of records that are erased. As
// any reader, thread-compatible.
absl::StatusOr<std::shared_ptr<const Reader>> Disclosed(
    const Surroundings& around, std::shared_ptr<const Reader> reader,
    Disclosure how = Disclosure::kClear);
// The same by the survey's keys, which outlive it.
std::shared_ptr<const Reader> DisclosedBy(const personal::SurveyKeys& keys,
                                          std::shared_ptr<const Reader> reader,
                                          Disclosure how);

// Adds to each bucket's news the keys of the records that it tells sealed
// answers of (BucketNews.keys), items and then repairs.
absl::Status AddRecordKeys(const Surroundings& around, const Survey& survey,
                           const Pulled& pulled, v1::SurveyNews& news);
absl::Status AddRepairKeys(const Surroundings& around, const Survey& survey,
                           const Repaired& repaired, v1::SurveyNews& news);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_UNSEALING_H_
