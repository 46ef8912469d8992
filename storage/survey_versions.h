#ifndef CHASQUI_STORAGE_SURVEY_VERSIONS_H_
#define CHASQUI_STORAGE_SURVEY_VERSIONS_H_

#include <map>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "storage/state_codec.h"
#include "sync/base/mutex.h"
#include "sync/survey.h"

namespace chasqui::storage {

// A survey for each reader, as it was at the reader's head.
//
// Administrative entries are few; between two of them a survey changes in its
// head only. So a version is kept per administrative entry, and a reader is
// given a copy of it with the head it wants. Copying a survey means copying its
// forms, so copies are used again.
//
// Thread-safe. Copies may outlive this object.
class SurveyVersions {
 public:
  SurveyVersions();

  // `survey` is what it became by the administrative entry at
  // `administrative`. To be called before that is committed.
  void Publish(Seq administrative, const Survey& survey);

  // Readers of now on see at least `administrative`.
  void ForgetBefore(Seq administrative);

  // The survey at `head`. Nullptr if that version is forgotten already: the
  // reader has come late, and should take another snapshot.
  std::shared_ptr<const Survey> At(const Head& head) const;

 private:
  struct Version {
    std::shared_ptr<const Survey> survey;
    std::vector<std::unique_ptr<Survey>> free;  // copies not in use
  };
  struct Pool {
    Mutex mutex;
    std::map<Seq, Version> versions ABSL_GUARDED_BY(mutex);
  };

  static void Return(Pool& pool, Seq administrative, Survey* copy);

  const std::shared_ptr<Pool> pool_;
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_SURVEY_VERSIONS_H_
