// Something that is done again and again, beside everything else.

#ifndef CHASQUI_STORAGE_ROUNDS_H_
#define CHASQUI_STORAGE_ROUNDS_H_

#include <functional>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/time/time.h"
#include "sync/base/mutex.h"

namespace chasqui::storage {

// Has a thread of its own.
class Rounds {
 public:
  // `round` is called at once, and then `every` so often after it has returned;
  // on the thread.
  Rounds(absl::Duration every, std::function<void()> round);
  // After the round under way, if there is one.
  ~Rounds();

  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);
  // False at the end.
  bool Wait() ABSL_LOCKS_EXCLUDED(mutex_);

  const absl::Duration every_;
  const std::function<void()> round_;

  Mutex mutex_;
  CondVar ended_;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;

  std::thread thread_;  // the last: it uses all of the above
};

}  // namespace chasqui::storage

#endif  // CHASQUI_STORAGE_ROUNDS_H_
