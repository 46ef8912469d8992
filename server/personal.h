// The keys of the surveys that have personal fields, and what calls do with
// them.

#ifndef CHASQUI_SERVER_PERSONAL_H_
#define CHASQUI_SERVER_PERSONAL_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "sync/base/mutex.h"
#include "sync/personal/key_store.h"
#include "sync/personal/survey_keys.h"
#include "sync/store.h"
#include "sync/survey.h"

namespace chasqui::server {

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

  // OK, or the first of the surveys with personal fields whose key is missing
  // (as above), or is not the one that its records' keys were wrapped by.
  absl::Status Check(const Catalog& catalog);

 private:
  const std::string directory_;
  personal::KeyStore& keys_;

  Mutex mutex_;
  std::map<std::string, std::unique_ptr<const personal::SurveyKeys>> surveys_
      ABSL_GUARDED_BY(mutex_);
};

// Makes a survey's key in `directory`, which is made if it is not there, and
// returns the file. AlreadyExists: it has one, which is left alone.
// Unavailable.
absl::StatusOr<std::string> MakeSurveyKey(const std::string& directory,
                                          const std::string& survey);

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_PERSONAL_H_
