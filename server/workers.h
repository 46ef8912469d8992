// Threads for what must hold up neither gRPC's own threads nor a committer:
// reading news after a commit, reading a form or a register.

#ifndef CHASQUI_SERVER_WORKERS_H_
#define CHASQUI_SERVER_WORKERS_H_

#include <cstddef>
#include <deque>
#include <functional>
#include <thread>
#include <vector>

#include "sync/base/mutex.h"

namespace chasqui::server {

// Thread-safe.
class Workers {
 public:
  // REQUIRES: threads >= 1.
  explicit Workers(std::size_t threads);
  ~Workers() { End(); }

  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;

  // Has `work` done, in the order of asking, as soon as a thread is free. What
  // waits is bounded by the calls that gRPC lets in.
  void Do(std::function<void()> work) ABSL_LOCKS_EXCLUDED(mutex_);

  // Waits until all that was asked for is done, also by what was done since.
  // Nobody else asks any more. By whoever owns it.
  void End() ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  void Run() ABSL_LOCKS_EXCLUDED(mutex_);

  Mutex mutex_;
  CondVar wake_;
  std::deque<std::function<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace chasqui::server

#endif  // CHASQUI_SERVER_WORKERS_H_
