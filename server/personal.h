// The keys of the surveys that have personal fields, and what calls do with
// them.

#ifndef CHASQUI_SERVER_PERSONAL_H_
#define CHASQUI_SERVER_PERSONAL_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/unmade_records.h"
#include "sync/base/mutex.h"
#include "sync/entry.h"
#include "sync/personal/key_store.h"
#include "sync/personal/survey_keys.h"
#include "sync/store.h"
#include "sync/survey.h"

namespace chasqui::server {

// Records, and where the log says that each is erased.
using Erasures = std::vector<std::pair<RecordId, Seq>>;

// Surveys' keys come from a directory that the server only reads:
//
//   SURVEY.key    64 hexadecimal digits, for its owner's eyes only
//
// each read when it is first needed. Thread-safe.
class Personal {
 public:
  // `keys` must outlive it. An empty `directory` is none.
  Personal(std::string directory, personal::KeyStore& keys)
      : directory_(std::move(directory)), keys_(keys) {}

  // The keys of the survey's records. FailedPrecondition, naming the file: the
  // survey's key is not there, is no key, or others may read it.
  absl::StatusOr<const personal::SurveyKeys*> Of(const std::string& survey)
      ABSL_LOCKS_EXCLUDED(mutex_);

  // Destroys the keys of records that the log says are erased, as it says.
  absl::Status Destroy(const std::string& survey, const Erasures& erased)
      ABSL_LOCKS_EXCLUDED(mutex_);
  // Where the log last said that a record of the survey is; 0: never. A
  // starting file that is older still has its answers, and its key.
  Seq LastErased(const std::string& survey) ABSL_LOCKS_EXCLUDED(mutex_);

  // OK, or the first of the surveys with personal fields whose key is missing
  // (as above), or is not the one that its records' keys were wrapped by.
  absl::Status Check(const Catalog& catalog);

  // Records that have a key and never came to be, as UnmadeRecords() has them.
  absl::StatusOr<std::map<RecordId, UnmadeRecord>> Unmade(
      const Reader& reader) const {
    return UnmadeRecords(reader, keys_);
  }

  // Makes log and keys agree, where an erasure was cut short between the two:
  // destroys the keys of all records that are erased, and erases again those
  // whose key is destroyed and whose log was restored to before, also if they
  // were never to come to be; and destroys
  // the keys of what was rejected last. Reads every key there is; to be called
  // before anybody is served.
  absl::Status FinishErasures(const Catalog& catalog);

 private:
  const std::string directory_;
  personal::KeyStore& keys_;

  Mutex mutex_;
  std::map<std::string, std::unique_ptr<const personal::SurveyKeys>> surveys_
      ABSL_GUARDED_BY(mutex_);
  std::map<std::string, Seq> last_erased_ ABSL_GUARDED_BY(mutex_);
};

// Erases records of the survey, the entries first, and then the keys. Errors:
// the store's, and the keys'.
absl::Status Erase(SurveyStore& store, const std::string& survey,
                   const std::vector<RecordErased>& records,
                   Personal& personal);

// Once the log says that `change` is rejected: if it is bytes that are no
// change, which nobody can release and no record's erasure reaches, destroys
// the key that they were sealed by. Errors: the store's, and the keys'.
absl::Status EraseRejected(const Reader& reader, Seq change,
                           Personal& personal);

// Erases the records whose last change was received before `before_ms`, group
// by group, and those that were to be made before and never came to be. How
// many.
absl::StatusOr<std::size_t> EraseOlder(SurveyStore& store,
                                       std::int64_t before_ms,
                                       Personal& personal);

// In each survey that says for how long personal answers are kept, erases the
// records that have not changed for longer. How many.
absl::StatusOr<std::size_t> EraseExpired(const Catalog& catalog,
                                         std::int64_t now_ms,
                                         Personal& personal);

// Makes a survey's key in `directory`, which is made if it is not there, and
// returns the file. AlreadyExists: it has one, which is left alone.
// Unavailable.
absl::StatusOr<std::string> MakeSurveyKey(const std::string& directory,
                                          const std::string& survey);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PERSONAL_H_
